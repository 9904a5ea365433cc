//! What is said when the program has a bug and a thread panics.

use std::any::Any;
use std::panic::{Location, PanicHookInfo};

use crate::cli::terminal::tell;
use crate::report::{Level, LogLine};

/// Takes the place of the standard message, which shows what a value was: a cell, a request's body
/// or a token might be in it.
pub(super) fn keep_values_out_of_panics() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("without a name");
        tell(&line(name, info.location(), info.payload()));
    }));
}

/// Says where it was, and the message only when that stands in the program's own text.
fn line(thread: &str, location: Option<&Location<'_>>, payload: &(dyn Any + Send)) -> LogLine {
    let place = location.map_or_else(|| "an unknown place".into(), ToString::to_string);
    let message = payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("what was wrong is not shown, as values of rows may be in it");
    let words = format!("the thread `{thread}` panicked at {place}: {message}");
    LogLine::new(Level::Error, words).with("place", place)
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::line;

    #[test]
    fn a_panic_tells_its_place_and_no_value() {
        let fixed: Box<dyn std::any::Any + Send> = Box::new("an attempt lands once");
        let made: Box<dyn std::any::Any + Send> = Box::new(String::from("inside `Ada Lovelace`"));
        let here = Location::caller();
        let told = line("main", Some(here), &*fixed);
        assert!(told.as_text().contains("src/cli/panics.rs"));
        assert!(told.as_text().ends_with(": an attempt lands once"));
        let told = line("main", Some(here), &*made);
        assert!(told.as_text().contains("src/cli/panics.rs"));
        assert!(!told.as_text().contains("Ada"));
    }
}
