//! Where the sandbox says what its user should know.

use std::fmt;
use std::sync::Arc;

/// Takes one-sentence notices, such as that the leads in memory have grown past a bound.
///
/// Called from the server's thread; it should return soon, because requests wait meanwhile.
#[derive(Clone)]
pub struct NoticeSink(Arc<dyn Fn(&str) + Send + Sync>);

impl NoticeSink {
    /// Hands every notice to `take`.
    pub fn new(take: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    pub(super) fn say(&self, notice: &str) {
        (self.0)(notice);
    }
}

impl fmt::Debug for NoticeSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NoticeSink")
    }
}
