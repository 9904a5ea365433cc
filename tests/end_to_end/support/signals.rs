//! Signals to a program that runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use super::Run;

/// A program that is to be interrupted, and what it says meanwhile.
pub(crate) struct Running {
    child: Child,
    stderr: BufReader<Box<dyn Read>>,
    said: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let started = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = started.unwrap();
        let stderr: Box<dyn Read> = Box::new(child.stderr.take().unwrap());
        Self {
            child,
            stderr: BufReader::new(stderr),
            said: String::new(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let mut kill = Command::new("kill");
        let killed = kill.args(["-INT", &self.id().to_string()]).status();
        assert!(killed.unwrap().success());
    }

    /// Presses it again and again, as it may say nothing of the first time.
    pub(crate) fn interrupt_until_it_ends(&mut self) {
        while self.child.try_wait().unwrap().is_none() {
            self.interrupt();
        }
    }

    /// Reads on until the program has said `words`; panics when it ends without.
    pub(crate) fn await_words(&mut self, words: &str) {
        while !self.said.contains(words) {
            let read = self.stderr.read_line(&mut self.said).unwrap();
            assert_ne!(read, 0, "it never said {words:?}: {}", self.said);
        }
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Run {
        self.stderr.read_to_string(&mut self.said).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: self.said,
        }
    }
}
