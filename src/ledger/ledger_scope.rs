//! Which CRM and tenant a ledger is for, and how its file is named after them.

/// How the name of a ledger's file ends.
pub(super) const LEDGER_ENDING: &str = "sqlite";

/// What one ledger is for: nothing that one CRM or tenant was sent says anything about another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerScope {
    /// The API's address in canonical form, such as `https://crm.example.com/api`.
    pub api: String,
    /// The tenant's number.
    pub tenant: u64,
}

impl LedgerScope {
    /// A name that people can read, and a hash because it leaves out and shortens.
    pub(super) fn file_name(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.tenant.to_le_bytes());
        hasher.update(self.api.as_bytes());
        let hash = hasher.finalize().to_hex();
        let address = readable_address(&self.api);
        let tenant = self.tenant;
        format!("{address}-tenant-{tenant}-{}.{LEDGER_ENDING}", &hash[..8])
    }
}

/// Host, port and path of an address, with whatever a file name should not have as `-`.
fn readable_address(api: &str) -> String {
    /// Leaves room for the rest of a name and for endings within the usual bound of 255 bytes.
    const MOST_CHARACTERS: usize = 80;
    let (_scheme, address) = api.split_once("://").unwrap_or(("", api));
    let mut readable = String::new();
    for character in address.chars().map(|c| c.to_ascii_lowercase()) {
        if character.is_ascii_alphanumeric() || character == '.' {
            readable.push(character);
        } else if !readable.ends_with('-') {
            readable.push('-');
        }
    }
    let readable = readable.trim_start_matches(['-', '.']);
    let end = readable.len().min(MOST_CHARACTERS);
    readable[..end].trim_end_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LedgerScope, readable_address};

    fn scope(api: &str, tenant: u64) -> LedgerScope {
        let api = api.to_owned();
        LedgerScope { api, tenant }
    }

    #[test]
    fn a_ledger_is_named_after_its_address_and_tenant() {
        assert_eq!(
            scope("https://crm.example.com/api", 7).file_name(),
            "crm.example.com-api-tenant-7-40a0e4d2.sqlite"
        );
        for (api, readable) in [
            ("https://crm.example.com", "crm.example.com"),
            ("http://127.0.0.1:8080/api", "127.0.0.1-8080-api"),
            ("http://[::1]:8080", "1-8080"),
            (
                "https://crm.example.com/A%20b/../c",
                "crm.example.com-a-20b-..-c",
            ),
            ("https://crm.example.com/é", "crm.example.com"),
            ("https://..", ""),
        ] {
            assert_eq!(readable_address(api), readable, "{api}");
        }
        assert_eq!(
            readable_address(&format!("https://{}", "a-".repeat(90))).len(),
            79
        );
    }

    #[test]
    fn scopes_that_read_alike_have_ledgers_of_their_own() {
        let long = format!("https://crm.example.com/{}", "a".repeat(200));
        let scopes = [
            scope("https://crm.example.com/api", 7),
            scope("https://crm.example.com/api", 8),
            scope("https://crm.example.com/API", 7),
            scope("https://crm.example.com/api/", 7),
            scope("https://crm.example.com-api", 7),
            scope("http://crm.example.com/api", 7),
            scope(&long, 7),
            scope(&format!("{long}a"), 7),
        ];
        let mut names: Vec<String> = scopes.iter().map(LedgerScope::file_name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), scopes.len(), "{names:#?}");
    }

    proptest! {
        #[test]
        fn every_scope_has_a_name_that_every_system_takes(api in ".{0,200}", tenant: u64) {
            let name = scope(&api, tenant).file_name();
            prop_assert!(name.len() < 150, "{name}");
            prop_assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c)), "{name}");
        }
    }
}
