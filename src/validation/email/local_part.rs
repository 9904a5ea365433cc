//! The server's grammar for what stands before the `@`.

use crate::model::{Code, Finding};
use crate::validation::email::comment::skip_local_comment;
use crate::validation::email::refusal::{TWO_DOTS, UNOPENED_COMMENT, invalid};
use crate::validation::email::tokens::{Kind, Tokens};

/// Walks up to the `@` that ends the local part.
pub(super) fn check_local_part(tokens: &mut Tokens<'_>) -> Result<(), Finding> {
    while !matches!(tokens.current(), Kind::At | Kind::End) {
        match tokens.current() {
            Kind::Dot if tokens.previous() == Kind::End => {
                return Err(invalid("begins with a dot"));
            }
            Kind::Quote => skip_quoted(tokens)?,
            Kind::OpenParenthesis => skip_local_comment(tokens)?,
            Kind::CloseParenthesis => return Err(invalid(UNOPENED_COMMENT)),
            _ => {}
        }
        check_local_token(tokens)?;
        tokens.advance();
    }
    Ok(())
}

/// What may stand where in the local part, outside quotes and comments.
fn check_local_token(tokens: &Tokens<'_>) -> Result<(), Finding> {
    match (tokens.current(), tokens.next()) {
        (Kind::Dot, Kind::Dot) => Err(invalid(TWO_DOTS)),
        (Kind::Dot, Kind::At) => Err(invalid("has a dot right before the `@`")),
        (Kind::Backslash, Kind::Plain) => Err(invalid("has a `\\` before a letter or digit")),
        (Kind::Delimiter | Kind::OpenBracket | Kind::CloseBracket, _) => Err(Finding::new(
            Code::EmailInvalid,
            format!("has `{}` before the `@`", tokens.current_text()),
        )),
        _ if tokens.is_escaped() => Ok(()),
        (Kind::CarriageReturn | Kind::LineFeed, _) => Err(invalid("has a line break inside")),
        (Kind::LineBreak, next) if !matches!(next, Kind::Space | Kind::Tab) => {
            Err(invalid("has a line break inside"))
        }
        (Kind::Space | Kind::Tab, Kind::Plain) => Err(invalid("has a space or tab before the `@`")),
        _ => Ok(()),
    }
}

/// From an opening quote to the closing one, which must stand right before the `@`.
fn skip_quoted(tokens: &mut Tokens<'_>) -> Result<(), Finding> {
    if tokens.previous() == Kind::Plain && tokens.next() == Kind::Plain {
        return Err(invalid("has a quote in the middle of a word"));
    }
    tokens.advance();
    while !matches!(tokens.current(), Kind::Quote | Kind::End) {
        if tokens.current() == Kind::Backslash && tokens.next() == Kind::Quote {
            tokens.advance();
        }
        tokens.advance();
        let is_bare = matches!(
            tokens.current(),
            Kind::Null | Kind::Tab | Kind::CarriageReturn | Kind::LineFeed
        );
        if is_bare && !tokens.is_escaped() {
            return Err(invalid("has a tab or line break in quotes"));
        }
    }
    match (tokens.current(), tokens.next()) {
        (Kind::End, _) => Err(invalid("has a quote that is not closed")),
        (_, Kind::At) => Ok(()),
        _ => Err(invalid(
            "has something between the closing quote and the `@`",
        )),
    }
}
