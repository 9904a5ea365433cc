//! What the browser shows at the end of a sign-in.

use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::cli::failure::Failure;

/// How long the last page may take to reach the browser.
pub(super) const LONGEST_DELIVERY: Duration = Duration::from_secs(2);

/// The page of a sign-in that is over.
pub(super) fn end_of(failure: Option<&Failure>) -> String {
    match failure {
        None => page(
            "You are signed in",
            "leadferry has its tokens. You can close this window.",
        ),
        Some(failure) => page("Signing in did not work", &failure.render()),
    }
}

/// The page of a request that belongs to no sign-in that is waited for.
pub(super) fn foreign() -> String {
    page(
        "This is not the sign-in that leadferry waits for",
        "Open the address that it printed last. You can close this window.",
    )
}

fn page(title: &str, text: &str) -> String {
    let (title, text) = (escaped(title), escaped(text));
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n\
         <h1>{title}</h1>\n<pre>{text}</pre>\n</html>\n"
    )
}

/// What servers say may stand in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A page as an answer: not kept, and without scripts or a trace of its address elsewhere.
pub(super) fn respond(status: StatusCode, page: String) -> Response {
    let mut response = (status, page).into_response();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_text_on_the_page() {
        let failure = Failure::unusable("<script>alert('1')</script>", "a & b");
        let page = end_of(Some(&failure));
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)") && page.contains("a &amp; b"));
        assert!(end_of(None).contains("You can close this window"));
    }
}
