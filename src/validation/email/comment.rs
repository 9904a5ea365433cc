//! Comments in parentheses, of which the server reads little more than the parentheses.

use crate::model::Finding;
use crate::validation::email::refusal::{UNOPENED_COMMENT, invalid};
use crate::validation::email::tokens::{Kind, Tokens};

const UNCLOSED_COMMENT: &str = "has a `(` without a `)`";

/// From a `(` to the last piece before the `@`: the server looks at nothing but parentheses there.
pub(super) fn skip_local_comment(tokens: &mut Tokens<'_>) -> Result<(), Finding> {
    let mut depth = 1;
    while tokens.next() != Kind::At {
        depth = step_in_comment(tokens, depth)?;
    }
    match depth {
        0 => Ok(()),
        1.. => Err(invalid(UNCLOSED_COMMENT)),
        _ => Err(invalid(UNOPENED_COMMENT)),
    }
}

/// From a `(` to the last piece before a dot outside the comment.
pub(super) fn skip_domain_comment(tokens: &mut Tokens<'_>) -> Result<(), Finding> {
    let mut depth = 1;
    while depth != 0 || tokens.next() != Kind::Dot {
        if depth == 0 && tokens.next() == Kind::End {
            return Err(invalid("has a comment that no dot follows"));
        }
        depth = step_in_comment(tokens, depth)?;
    }
    Ok(())
}

/// Steps on and gives the number of parentheses that are open then.
fn step_in_comment(tokens: &mut Tokens<'_>, depth: i32) -> Result<i32, Finding> {
    let change = match tokens.next() {
        Kind::OpenParenthesis => 1,
        Kind::CloseParenthesis => -1,
        Kind::End => return Err(invalid(UNCLOSED_COMMENT)),
        _ => 0,
    };
    tokens.advance();
    Ok(depth + change)
}
