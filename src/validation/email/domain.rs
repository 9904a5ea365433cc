//! The server's grammar for what stands after the `@`.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::model::{Code, Finding};
use crate::validation::email::comment::skip_domain_comment;
use crate::validation::email::refusal::{TWO_DOTS, UNOPENED_COMMENT, invalid};
use crate::validation::email::tokens::{Kind, Tokens};

/// The longest domain the server takes, in bytes.
const MAX_DOMAIN_BYTES: usize = 253;

/// The longest label of a domain, in bytes. The server counts the dot before a label as part of it.
const MAX_LABEL_BYTES: usize = 63;

/// Walks from the `@` to the end.
pub(super) fn check_domain(tokens: &mut Tokens<'_>) -> Result<(), Finding> {
    tokens.advance();
    let domain_start = tokens.start();
    check_first_of_domain(tokens)?;
    let mut label_start = domain_start;
    let mut has_comment = false;
    while tokens.current() != Kind::End {
        match tokens.current() {
            Kind::OpenParenthesis => {
                skip_domain_comment(tokens)?;
                has_comment = true;
                label_start = tokens.start();
            }
            Kind::CloseParenthesis => return Err(invalid(UNOPENED_COMMENT)),
            Kind::Dot => {
                check_label(tokens.text_from(label_start))?;
                label_start = tokens.start();
            }
            _ => {}
        }
        if tokens.current() == Kind::OpenBracket {
            skip_literal(tokens)?;
            break;
        }
        check_domain_token(tokens, has_comment)?;
        tokens.advance();
    }
    if tokens.current() == Kind::End {
        check_label(tokens.text_from(label_start))?;
    }
    check_end_of_domain(tokens, domain_start)
}

fn check_first_of_domain(tokens: &Tokens<'_>) -> Result<(), Finding> {
    match tokens.current() {
        Kind::End => Err(Finding::new(
            Code::EmailNoDomain,
            "has nothing after the `@`",
        )),
        Kind::At => Err(invalid("has two `@` in a row")),
        Kind::Dot => Err(invalid("has a dot right after the `@`")),
        Kind::Hyphen => Err(invalid("has a hyphen right after the `@`")),
        _ => Ok(()),
    }
}

/// What may stand where in the domain, outside comments and brackets.
pub(super) fn check_domain_token(tokens: &Tokens<'_>, has_comment: bool) -> Result<(), Finding> {
    match (tokens.current(), tokens.next()) {
        (Kind::Dot, Kind::Dot) => Err(invalid(TWO_DOTS)),
        (Kind::Hyphen, Kind::Dot) => Err(invalid("has a hyphen right before a dot")),
        (Kind::Plain | Kind::Hyphen | Kind::Dot, _) => Ok(()),
        (Kind::OpenParenthesis | Kind::CloseParenthesis, _) if has_comment => Ok(()),
        (Kind::At, _) => Err(invalid("has more than one `@`")),
        (Kind::Space | Kind::Tab | Kind::CarriageReturn | Kind::LineFeed | Kind::LineBreak, _) => {
            Err(invalid("has white space after the `@`"))
        }
        (Kind::Null, _) => Err(invalid("has a control character after the `@`")),
        _ => Err(Finding::new(
            Code::EmailInvalid,
            format!("has `{}` after the `@`", tokens.current_text()),
        )),
    }
}

/// From `[` to `]`. What follows is not looked at, nor is most of what stands inside.
fn skip_literal(tokens: &mut Tokens<'_>) -> Result<(), Finding> {
    loop {
        match (tokens.current(), tokens.next()) {
            (Kind::End, _) => return Err(invalid("has a `[` without a `]`")),
            (Kind::Null | Kind::Backslash, _) | (_, Kind::OpenBracket | Kind::CarriageReturn) => {
                return Err(invalid("has a character that brackets must not hold"));
            }
            (Kind::CloseBracket, _) => return Ok(()),
            _ => tokens.advance(),
        }
    }
}

/// Checks a label; all but the first come with the dot before them.
fn check_label(label: &str) -> Result<(), Finding> {
    let is_too_long = if label.is_ascii() {
        label.len() > MAX_LABEL_BYTES
    } else {
        Uts46::new()
            .to_ascii(
                label.as_bytes(),
                AsciiDenyList::EMPTY,
                Hyphens::Allow,
                DnsLength::Ignore,
            )
            .is_ok_and(|ascii| ascii.split('.').any(|part| part.len() > MAX_LABEL_BYTES))
    };
    if is_too_long {
        return Err(invalid("has a domain with a part of more than 63 bytes"));
    }
    Ok(())
}

fn check_end_of_domain(tokens: &Tokens<'_>, domain_start: usize) -> Result<(), Finding> {
    match tokens.previous() {
        Kind::Dot => Err(invalid("ends with a dot")),
        Kind::Hyphen => Err(invalid("ends with a hyphen")),
        _ if tokens.end() - domain_start > MAX_DOMAIN_BYTES => {
            Err(invalid("has a domain of more than 253 bytes"))
        }
        _ => Ok(()),
    }
}
