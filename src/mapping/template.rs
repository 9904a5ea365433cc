//! Text made of several columns: `{Company}: {Notes}`.

use super::column_table::ColumnSlot;
use super::document::Reader;
use super::mapping_error::Span;
use super::node::Node;

/// A `template`, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that stands as it is.
    Literal(String),
    /// The cell of a column.
    Column(ColumnSlot),
}

impl Template {
    /// Reads a template. `{Name}` is the cell of a column; `{{` and `}}` stand for the braces.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = node.filled_text(reader)?;
        let tokens = match split(text) {
            Ok(tokens) => tokens,
            Err((range, label)) => {
                let span = reader.span_within(node, text, range);
                reader.error(span, "a brace of the template has no partner", label);
                reader.help("write `{{` and `}}` for braces that are meant as text");
                return None;
            }
        };
        let mut pieces = Vec::new();
        for token in tokens {
            pieces.push(match token {
                Token::Literal(literal) => Piece::Literal(literal),
                Token::Column(range) => read_placeholder(node, text, range, reader)?,
            });
        }
        if !pieces.iter().any(|piece| matches!(piece, Piece::Column(_))) {
            let span = node.span.clone();
            reader.error(span, "the template names no column", "always the same text");
            reader.help("name a column in braces, such as `{Notes}`, or use `value`");
            return None;
        }
        Some(Self { pieces })
    }

    /// The columns in the order of the template.
    pub(super) fn columns(&self) -> impl Iterator<Item = ColumnSlot> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Column(slot) => Some(*slot),
            Piece::Literal(_) => None,
        })
    }
}

fn read_placeholder(
    node: &Node<'_>,
    text: &str,
    range: Span,
    reader: &mut Reader<'_>,
) -> Option<Piece> {
    let name = text[range.clone()].trim();
    let span = reader.span_within(node, text, range.start - 1..range.end + 1);
    if name.is_empty() {
        reader.error(span, "a place in the template names no column", "no name");
        reader.help("write `{{}}` for braces that are meant as text");
        return None;
    }
    Some(Piece::Column(reader.columns.slot_of(name, span)))
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
    /// Where the name stands, without its braces.
    Column(Span),
}

/// Splits a template; the error is the place of a brace without partner and what is wrong with it.
fn split(text: &str) -> Result<Vec<Token>, (Span, &'static str)> {
    let mut tokens = Vec::new();
    let mut literal = String::new();
    let mut position = 0;
    while let Some(found) = text[position..].find(['{', '}']) {
        let brace = position + found;
        literal.push_str(&text[position..brace]);
        let rest = &text[brace..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            literal.push_str(&rest[..1]);
            position = brace + 2;
            continue;
        }
        if rest.starts_with('}') {
            return Err((brace..brace + 1, "closes nothing"));
        }
        let name = brace + 1;
        let end = match text[name..].find(['{', '}']).map(|length| name + length) {
            Some(end) if text[end..].starts_with('}') => end,
            _ => return Err((brace..brace + 1, "is never closed")),
        };
        if !literal.is_empty() {
            tokens.push(Token::Literal(std::mem::take(&mut literal)));
        }
        tokens.push(Token::Column(name..end));
        position = end + 1;
    }
    literal.push_str(&text[position..]);
    if !literal.is_empty() {
        tokens.push(Token::Literal(literal));
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_split_into_text_and_columns() {
        let literal = |text: &str| Token::Literal(text.into());
        let cases = [
            ("{A}", vec![Token::Column(1..2)]),
            (
                "{A}: {B c}",
                vec![Token::Column(1..2), literal(": "), Token::Column(6..9)],
            ),
            (
                "{{{A}}}",
                vec![literal("{"), Token::Column(3..4), literal("}")],
            ),
            ("ğ{A}", vec![literal("ğ"), Token::Column(3..4)]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn braces_without_partner_are_found_at_their_place() {
        for (text, start) in [("a {B", 2), ("a} b", 1), ("{A{B}", 0), ("{A}}", 3)] {
            assert_eq!(
                split(text).map_err(|(range, _)| range),
                Err(start..start + 1),
                "{text}"
            );
        }
    }
}
