//! One line of what the program says about itself: a text for people, an object for programs.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// How much a line matters. What matters more is smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What was asked for was not done.
    Error,
    /// Something is not as it should be; the run goes on.
    Warning,
    /// What people usually want to know.
    Info,
    /// Each attempt and the like.
    Debug,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// Something to say.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLine {
    level: Level,
    message: String,
    /// What people read, where it is more than the message.
    text: Option<String>,
    fields: Map<String, Value>,
}

impl LogLine {
    /// A sentence without a full stop.
    pub fn new(level: Level, message: impl Into<String>) -> Self {
        Self {
            level,
            message: message.into(),
            text: None,
            fields: Map::new(),
        }
    }

    /// A figure or word of the message, for programs.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// What people read instead of the bare message.
    #[must_use]
    pub fn shown_as(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// How much it matters.
    pub fn level(&self) -> Level {
        self.level
    }

    /// What people read, without a line end.
    pub fn as_text(&self) -> &str {
        self.text.as_ref().unwrap_or(&self.message).trim_end()
    }

    /// One JSON object on one line, without a line end: `time`, `level`, `message` and the fields.
    pub fn as_json(&self, now: Timestamp) -> String {
        let mut object = Map::new();
        // Always the same length, so that lines can be sorted as texts.
        let time = format!("{now:.3}");
        object.insert("time".into(), time.into());
        object.insert("level".into(), self.level.as_str().into());
        object.insert("message".into(), self.message.trim().into());
        for (name, value) in &self.fields {
            object.insert(name.clone(), value.clone());
        }
        Value::Object(object).to_string()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Level, LogLine};

    #[test]
    fn a_line_is_a_text_for_people_and_an_object_for_programs() {
        let line = LogLine::new(Level::Warning, "a \"b\"\nc").with("row", 7);
        assert_eq!(line.as_text(), "a \"b\"\nc");
        assert_eq!(
            line.as_json(Timestamp::from_second(1).unwrap()),
            r#"{"time":"1970-01-01T00:00:01.000Z","level":"warning","message":"a \"b\"\nc","row":7}"#
        );
    }
}
