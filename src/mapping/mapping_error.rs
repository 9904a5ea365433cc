//! What is wrong with a mapping file, and how it is shown.

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::model::count_of;

/// A place in the mapping file: bytes from the start of its text.
pub(super) type Span = Range<usize>;

/// The mapping file as it was given, for excerpts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) file_name: String,
    pub(super) text: String,
}

/// One thing that is wrong, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diagnostic {
    pub(super) span: Span,
    /// What is wrong, in one line.
    pub(super) title: String,
    /// What stands beside the marked text.
    pub(super) label: String,
    /// What to do about it, as an action or a question.
    pub(super) help: Option<String>,
}

/// The mapping file cannot be used as it is. Holds everything that is wrong with it, not the first.
///
/// [`Self::render`] shows each error as a marked excerpt; `Display` only says how many there are.
#[derive(Debug, Clone, thiserror::Error)]
#[error("mapping file `{}` has {}", document.file_name, count_of(diagnostics.len() as u64, "error"))]
pub struct MappingError {
    document: Arc<Document>,
    diagnostics: Vec<Diagnostic>,
}

impl MappingError {
    /// Gathers `diagnostics`, which must not be empty, in the order of the file.
    pub(super) fn new(document: Arc<Document>, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        diagnostics.dedup();
        Self {
            document,
            diagnostics,
        }
    }

    /// Every error as an excerpt of the file with line and column, a blank line between two, and a
    /// line end after the last. With `colour` it holds terminal escapes.
    pub fn render(&self, colour: bool) -> String {
        render(&self.document, &self.diagnostics, &Level::ERROR, colour)
    }
}

/// Each of `diagnostics` as an excerpt, a blank line between two.
pub(super) fn render(
    document: &Document,
    diagnostics: &[Diagnostic],
    level: &Level<'_>,
    colour: bool,
) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let excerpts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| render_one(document, diagnostic, level, &renderer))
        .collect();
    excerpts.join("\n")
}

fn render_one(
    document: &Document,
    diagnostic: &Diagnostic,
    level: &Level<'_>,
    renderer: &Renderer,
) -> String {
    let marked = AnnotationKind::Primary
        .span(diagnostic.span.clone())
        .label(&diagnostic.label);
    let excerpt = Snippet::source(&document.text)
        .path(&document.file_name)
        .annotation(marked);
    let help = diagnostic
        .help
        .as_ref()
        .map(|help| Level::HELP.message(help));
    let group = level
        .clone()
        .primary_title(&diagnostic.title)
        .element(excerpt)
        .elements(help);
    renderer.render(&[group]) + "\n"
}
