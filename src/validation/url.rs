//! Web addresses.

use ::url::Url;

use crate::model::{Code, Finding};
use crate::validation::plain_host::is_plain_host;
use crate::validation::text_limits::check_length;

/// The longest address the CRM takes, in Unicode code points.
const MAX_LENGTH: usize = 2048;

/// Checks an absolute web address: any scheme, `://`, a host, and up to 2,048 characters.
///
/// The text itself is sent, never a tidied form of it, so that what a lenient reader would repair is
/// refused here: white space, control characters, and a host that is missing (`https:///page`).
/// Letters beyond ASCII are permitted in every part.
///
/// # Errors
///
/// [`Code::FieldTooLong`]; [`Code::UrlNotAbsolute`] without a scheme and `://`; [`Code::UrlNoHost`];
/// [`Code::UrlInvalid`] for everything else.
///
/// Source: the API's page "Create a lead" (`string<uri>`, 2048); host and port follow the WHATWG URL
/// standard.
pub fn check_url(text: &str) -> Result<(), Finding> {
    if is_plain_address(text) {
        return Ok(());
    }
    check_closely(text)
}

/// Whether the text is a web address of the kind that nearly all are: `http` or `https`, a plain host name,
/// no port, and then any visible ASCII, all of which may stand in paths, queries and fragments.
fn is_plain_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else {
        return false;
    };
    let host_length = rest
        .bytes()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(rest.len());
    text.len() <= MAX_LENGTH
        && is_plain_host(&rest.as_bytes()[..host_length])
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The same for texts of any kind.
fn check_closely(text: &str) -> Result<(), Finding> {
    check_length(text, MAX_LENGTH)?;
    let authority = authority_of(text).ok_or_else(|| {
        Finding::new(
            Code::UrlNotAbsolute,
            "does not begin with a scheme and `://`, such as `https://`",
        )
    })?;
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Finding::new(
            Code::UrlInvalid,
            "has white space or a control character inside",
        ));
    }
    if host_of(authority).is_empty() {
        return Err(no_host());
    }
    let url = Url::parse(text).map_err(|error| {
        Finding::new(Code::UrlInvalid, format!("is not a web address: {error}"))
    })?;
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err(no_host()),
    }
}

fn no_host() -> Finding {
    Finding::new(Code::UrlNoHost, "names no host after `://`")
}

/// What stands between `scheme://` and the next `/`, `\`, `?` or `#`; `None` without a scheme.
fn authority_of(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then(|| rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest))
}

/// The host in an authority, without user, password and port.
fn host_of(authority: &str) -> &str {
    let host_and_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, after)| after);
    if host_and_port.starts_with('[') {
        return host_and_port;
    }
    host_and_port
        .split_once(':')
        .map_or(host_and_port, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn absolute_addresses_with_a_host_pass() {
        for input in [
            "https://example.com",
            "http://example.com/",
            "HTTPS://EXAMPLE.COM/Page",
            "https://example.com/a/b.html?utm_source=x&y=%20#part",
            "https://example.com:8443/page",
            "https://user:secret@example.com/",
            "http://localhost:3000/form",
            "http://192.0.2.7/",
            "http://[2001:db8::1]:8080/x",
            "https://münchen.example/straße?q=ü",
            "https://例子.example/路径",
            "https://example.com?q=1",
            "https://example.com#top",
            "https://example.com/a//b://c",
            "ftp://example.com/file",
            "android-app://com.example.app/path",
            "custom+scheme.1://host",
            "https://example.com/[x]|{y}",
        ] {
            assert_eq!(check_url(input), Ok(()), "{input}");
        }
    }

    #[test]
    fn every_other_text_is_refused_with_its_reason() {
        for (input, expected) in [
            ("", Code::UrlNotAbsolute),
            ("www.example.com", Code::UrlNotAbsolute),
            ("www example com", Code::UrlNotAbsolute),
            ("example.com/page", Code::UrlNotAbsolute),
            ("example.com:443", Code::UrlNotAbsolute),
            ("http:example.com", Code::UrlNotAbsolute),
            ("http:/example.com", Code::UrlNotAbsolute),
            ("http:\\\\example.com", Code::UrlNotAbsolute),
            ("//x", Code::UrlNotAbsolute),
            ("://x", Code::UrlNotAbsolute),
            ("1http://x", Code::UrlNotAbsolute),
            ("see http://example.com", Code::UrlNotAbsolute),
            (" https://example.com", Code::UrlNotAbsolute),
            ("mailto:a@b", Code::UrlNotAbsolute),
            ("javascript:alert(1)", Code::UrlNotAbsolute),
            ("http://", Code::UrlNoHost),
            ("http:///path", Code::UrlNoHost),
            ("https://?q", Code::UrlNoHost),
            ("https://#x", Code::UrlNoHost),
            ("https://:80/", Code::UrlNoHost),
            ("https://user@/", Code::UrlNoHost),
            ("https://user@:80/", Code::UrlNoHost),
            ("file:///etc/hosts", Code::UrlNoHost),
            ("custom:///x", Code::UrlNoHost),
            ("https://example.com/a b", Code::UrlInvalid),
            ("https://exam ple.com", Code::UrlInvalid),
            ("https://example.com ", Code::UrlInvalid),
            ("https://example.com\u{a0}", Code::UrlInvalid),
            ("https://example.com/a\nb", Code::UrlInvalid),
            ("https://example.com/\u{7}", Code::UrlInvalid),
            ("https://example.com:port/", Code::UrlInvalid),
            ("https://example.com:99999/", Code::UrlInvalid),
            ("https://[::1", Code::UrlInvalid),
            ("https://exa<mple.com", Code::UrlInvalid),
            ("https://1.2.3.999/", Code::UrlInvalid),
        ] {
            assert_eq!(check_url(input).unwrap_err().code, expected, "{input:?}");
        }
    }

    #[test]
    fn an_address_may_have_2048_characters() {
        let address = |length: usize| format!("https://example.com/{}", "ü".repeat(length - 20));
        assert_eq!(check_url(&address(2048)), Ok(()));
        let finding = check_url(&address(2049)).unwrap_err();
        assert_eq!(finding.code, Code::FieldTooLong);
        assert_eq!(
            finding.predicate,
            "has 2049 characters; the CRM takes up to 2048"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), tail in any::<String>()) {
            let _ = check_url(&text);
            let _ = check_url(&format!("https://{tail}"));
        }

        #[test]
        fn what_is_plain_passes_the_close_look(
            host in "[a-z0-9.-]{0,12}(xn--|[.]0x|[.])?[a-z0-9.]{0,4}",
            tail in "([/?#][!-~]{0,12})?|[ -~ü]{0,3}",
        ) {
            let text = format!("http://{host}{tail}");
            if is_plain_address(&text) {
                prop_assert_eq!(check_closely(&text), Ok(()));
            }
        }

        #[test]
        fn what_passes_has_a_scheme_and_no_white_space(tail in "[a-z0-9@:/?#.\\[\\] %-]{0,24}") {
            let text = format!("https://{tail}");
            if check_url(&text).is_ok() {
                prop_assert!(!text.contains(char::is_whitespace));
                // `:@host` has an empty user and password, and a host.
                prop_assert!(!tail.starts_with(['/', '?', '#']));
            }
        }
    }
}
