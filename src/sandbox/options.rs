//! What the sandbox can be asked for.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use super::{
    CreateOddities, ErrorStyle, Faults, ListOddities, NoticeSink, SandboxError, SignInWays,
};

/// How to serve.
#[derive(Clone)]
pub struct SandboxOptions {
    /// Where to listen; must be loopback. Default: `127.0.0.1` on a free port.
    pub address: SocketAddr,
    /// The SQLite file that keeps leads and reference sources; made if it is missing.
    /// Default: memory, gone when the sandbox stops.
    pub data: Option<PathBuf>,
    /// The shape of error bodies, and of truth values. Default: as documented.
    pub error_style: ErrorStyle,
    /// What goes wrong on purpose. Default: nothing.
    pub faults: Faults,
    /// How creates are odd. Default: not at all.
    pub creates: CreateOddities,
    /// How lists of leads are odd. Default: not at all.
    pub lists: ListOddities,
    /// Decides which requests meet faults. Default: 0.
    pub seed: u64,
    /// The only bearer token accepted. Default: any that is not empty.
    pub token: Option<String>,
    /// How signing in works. Default: everybody may, and refresh tokens rotate.
    pub sign_in: SignInWays,
    /// The only tenant accepted. Default: any. Each tenant sees its own leads.
    pub tenant: Option<u64>,
    /// How many leads in memory are worth a notice. Default: 1,000,000, about 250 MB and half as
    /// much again once they are searched.
    pub notice_above: u64,
    /// Who is told what the user should know. Default: nobody.
    pub on_notice: Option<NoticeSink>,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            error_style: ErrorStyle::default(),
            faults: Faults::default(),
            creates: CreateOddities::default(),
            lists: ListOddities::default(),
            seed: 0,
            token: None,
            sign_in: SignInWays::default(),
            tenant: None,
            notice_above: 1_000_000,
            on_notice: None,
        }
    }
}

/// Shows everything but the token.
impl fmt::Debug for SandboxOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SandboxOptions")
            .field("address", &self.address)
            .field("data", &self.data)
            .field("error_style", &self.error_style)
            .field("faults", &self.faults)
            .field("creates", &self.creates)
            .field("lists", &self.lists)
            .field("seed", &self.seed)
            .field("token", &self.token.as_ref().map(|_| "(redacted)"))
            .field("sign_in", &self.sign_in)
            .field("tenant", &self.tenant)
            .field("notice_above", &self.notice_above)
            .finish_non_exhaustive()
    }
}

impl SandboxOptions {
    /// Refuses what cannot be served.
    pub(super) fn check(&self) -> Result<(), SandboxError> {
        if !self.address.ip().is_loopback() {
            return Err(SandboxError::NotLoopback {
                address: self.address,
            });
        }
        for (_, fault, share) in self.faults.shares() {
            if !(0.0..=1.0).contains(&share) {
                return Err(SandboxError::NotAShare { fault, share });
            }
        }
        let total: f64 = self.faults.shares().iter().map(|(_, _, share)| share).sum();
        // Ten shares of a tenth add up to a little more than one.
        if total > 1.0 + 1e-9 {
            return Err(SandboxError::SharesAboveOne { total });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_served_is_refused() {
        let with_faults = |faults| SandboxOptions {
            faults,
            ..SandboxOptions::default()
        };
        let everywhere = SandboxOptions {
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            ..SandboxOptions::default()
        };
        let too_much = Faults {
            hang: 0.6,
            refuse: 0.6,
            ..Faults::default()
        };
        let no_share = |error_500| Faults {
            error_500,
            ..Faults::default()
        };
        for (options, expected) in [
            (
                everywhere,
                "cannot listen on `0.0.0.0:0`: the sandbox serves loopback addresses only",
            ),
            (
                with_faults(too_much),
                "the shares of all faults add up to 1.2, which is more than 1",
            ),
            (
                with_faults(no_share(1.5)),
                "the share of `error_500` must be from 0 to 1; got 1.5",
            ),
            (
                with_faults(no_share(f64::NAN)),
                "the share of `error_500` must be from 0 to 1; got NaN",
            ),
        ] {
            assert_eq!(options.check().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn the_token_is_not_shown() {
        let options = SandboxOptions {
            token: Some("secret".into()),
            ..SandboxOptions::default()
        };
        assert!(!format!("{options:?}").contains("secret"));
    }
}
