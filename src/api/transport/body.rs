//! Reading what comes back, and never more than is allowed.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::Body;
use hyper::header::CONTENT_ENCODING;

/// How reading a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum BodyEnd {
    /// All of it was read.
    Whole,
    /// There is more of it than is allowed; what was read is its beginning.
    TooLong,
    /// It broke off.
    Broken,
}

/// Reads a body into `bytes`, at most `limit_bytes` of it. What was read is there also when this is dropped
/// half-way.
pub(in crate::api) async fn read_body<B>(
    mut body: B,
    limit_bytes: usize,
    bytes: &mut Vec<u8>,
) -> BodyEnd
where
    B: Body<Data = Bytes> + Unpin,
{
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return BodyEnd::Broken;
        };
        // What is no data are trailers, which say nothing to us.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > limit_bytes {
            return BodyEnd::TooLong;
        }
        bytes.extend_from_slice(&data);
    }
    BodyEnd::Whole
}

/// Unpacks a body that the server says is compressed with gzip, to at most `limit_bytes`: what was read of it, and how
/// that ended. Other bodies are returned as they are.
pub(in crate::api) fn unpack(
    headers: &HeaderMap,
    (packed, end): (Vec<u8>, BodyEnd),
    limit_bytes: usize,
) -> (Vec<u8>, BodyEnd) {
    let is_packed = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    // An answer to no purpose but its status may be empty in spite of what its head says.
    if !is_packed || packed.is_empty() {
        return (packed, end);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX);
    let mut unpacking = MultiGzDecoder::new(&*packed).take(limit);
    let read = unpacking.read_to_end(&mut bytes);
    let is_full = unpacking.limit() == 0;
    let end = match read {
        _ if is_full => BodyEnd::TooLong,
        Ok(_) => end,
        Err(_) => BodyEnd::Broken,
    };
    (bytes, end)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bytes::Bytes;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http_body_util::Full;
    use hyper::HeaderMap;
    use hyper::header::{CONTENT_ENCODING, HeaderValue};

    use super::{BodyEnd, read_body, unpack};

    fn packed(text: &str) -> Vec<u8> {
        let mut packing = GzEncoder::new(Vec::new(), Compression::default());
        packing.write_all(text.as_bytes()).unwrap();
        packing.finish().unwrap()
    }

    fn gzip() -> HeaderMap {
        HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static("gzip"))])
    }

    #[tokio::test]
    async fn no_more_is_read_than_is_allowed() {
        for (limit, end, read) in [(5, BodyEnd::Whole, "hello"), (4, BodyEnd::TooLong, "")] {
            let mut bytes = Vec::new();
            let body = Full::new(Bytes::from_static(b"hello"));
            assert_eq!(read_body(body, limit, &mut bytes).await, end);
            assert_eq!(bytes, read.as_bytes());
        }
    }

    #[test]
    fn what_is_packed_is_unpacked_up_to_the_limit() {
        let whole = packed("hello");
        let two = [whole.clone(), packed(" there")].concat();
        let bomb = packed(&"0".repeat(1_000_000));
        let zeros = "0".repeat(100);
        for (body, expected, end) in [
            (whole.clone(), "hello", BodyEnd::Whole),
            (two, "hello there", BodyEnd::Whole),
            (bomb, zeros.as_str(), BodyEnd::TooLong),
            (whole[..whole.len() - 4].to_vec(), "hello", BodyEnd::Broken),
            (b"hello".to_vec(), "", BodyEnd::Broken),
            (Vec::new(), "", BodyEnd::Whole),
        ] {
            let (bytes, found) = unpack(&gzip(), (body, BodyEnd::Whole), 100);
            assert_eq!((bytes.as_slice(), found), (expected.as_bytes(), end));
        }
        let plain = (b"hello".to_vec(), BodyEnd::Whole);
        assert_eq!(unpack(&HeaderMap::new(), plain.clone(), 100), plain);
    }
}
