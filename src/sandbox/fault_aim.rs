//! Which of the leads that draw a fault meet it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use super::Faults;
use super::body_mark::BodyMark;

/// Lets faults befall some leads only, each some times only. By default it lets all of them.
///
/// Holds 24 bytes for each body that met a fault, and only where faults are counted.
#[derive(Debug)]
pub(super) struct FaultAim {
    /// See [`Faults::only_for`].
    only_for: Option<String>,
    /// See [`Faults::most_times`].
    most_times: Option<u32>,
    met: Mutex<HashMap<BodyMark, u32>>,
}

/// What is looked at of a body, before anything of it is judged.
#[derive(Deserialize)]
struct Aimed {
    last_name: Option<String>,
}

impl FaultAim {
    /// The aim that `faults` ask for.
    pub(super) fn new(faults: &Faults) -> Self {
        Self {
            only_for: faults.only_for.clone(),
            most_times: faults.most_times,
            met: Mutex::default(),
        }
    }

    /// Whether a fault may befall this body once more, counted if so. `None` is a body that could
    /// not be read: aimed faults pass it by.
    pub(super) fn takes(&self, tenant: i64, body: Option<&[u8]>) -> bool {
        if self.only_for.is_none() && self.most_times.is_none() {
            return true;
        }
        body.is_some_and(|body| self.is_meant(body) && self.has_times_left(tenant, body))
    }

    fn is_meant(&self, body: &[u8]) -> bool {
        let Some(wanted) = &self.only_for else {
            return true;
        };
        let name = serde_json::from_slice(body)
            .ok()
            .and_then(|Aimed { last_name }| last_name);
        name.is_some_and(|name| name.contains(wanted))
    }

    fn has_times_left(&self, tenant: i64, body: &[u8]) -> bool {
        let Some(most) = self.most_times else {
            return true;
        };
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let times = met.entry(BodyMark::of(tenant, body)).or_default();
        let is_left = *times < most;
        *times += u32::from(is_left);
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_befall_whom_they_are_aimed_at_and_no_one_too_often() {
        let aim = FaultAim::new(&Faults {
            only_for: Some("Doe".into()),
            most_times: Some(2),
            ..Faults::default()
        });
        let jane = br#"{"last_name":"Doe","first_name":"Jane"}"#.as_slice();
        let john = br#"{"last_name":"McDoe","first_name":"John"}"#.as_slice();
        let roe = br#"{"last_name":"Roe","message":"for Doe"}"#.as_slice();
        for (tenant, body, expected) in [
            (1, Some(jane), true),
            (1, Some(jane), true),
            (1, Some(jane), false),
            (2, Some(jane), true),
            (1, Some(john), true),
            (1, Some(roe), false),
            (1, Some(b"Doe".as_slice()), false),
            (1, Some(br#"{"last_name":1}"#.as_slice()), false),
            (1, None, false),
        ] {
            assert_eq!(aim.takes(tenant, body), expected, "{tenant} {body:?}");
        }
    }

    #[test]
    fn faults_without_an_aim_befall_everybody() {
        let aim = FaultAim::new(&Faults::default());
        assert!(aim.takes(1, None) && aim.takes(1, Some(b"{}")));
    }
}
