use super::*;

const LIFE: Duration = Duration::from_mins(1);

fn claim(verdict: KeyVerdict) -> KeyClaim {
    match verdict {
        KeyVerdict::Work(claim) => claim,
        KeyVerdict::Answered(answer) => panic!("{answer:?}"),
    }
}

fn answer(verdict: KeyVerdict) -> Answer {
    match verdict {
        KeyVerdict::Answered(answer) => answer,
        KeyVerdict::Work(_) => panic!("the key was new"),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with answers")]
fn created(text: &'static str) -> Answer {
    Ok((StatusCode::CREATED, Bytes::from_static(text.as_bytes())))
}

#[test]
fn a_repeated_key_is_given_the_first_answer_while_it_lives() {
    let book = Arc::new(KeyBook::new(Some(LIFE)));
    let start = Instant::now();
    claim(book.judge(1, "a", b"{}", start)).keep(&created("one"));
    let almost = start + LIFE.mul_f64(0.99);
    assert_eq!(answer(book.judge(1, "a", b"{}", almost)), created("one"));
    let other = Err(ApiError::KeyOfOtherBody);
    assert_eq!(answer(book.judge(1, "a", b"{ }", almost)), other);
    claim(book.judge(2, "a", b"{}", almost)).keep(&created("the other tenant's"));
    claim(book.judge(1, "a", b"{ }", start + LIFE)).keep(&created("two"));
    let later = start + LIFE.mul_f64(1.99);
    assert_eq!(answer(book.judge(1, "a", b"{ }", later)), created("two"));
}

#[test]
fn a_key_in_use_is_refused_until_its_request_is_answered_or_given_up() {
    let book = Arc::new(KeyBook::new(Some(LIFE)));
    let now = Instant::now();
    let first = claim(book.judge(1, "a", b"{}", now));
    let in_use = Err(ApiError::KeyInUse);
    assert_eq!(answer(book.judge(1, "a", b"{}", now)), in_use);
    drop(first);
    let mut second = claim(book.judge(1, "a", b"[]", now));
    let refused: Result<(), _> = second.keep_refusal(Err(ApiError::Failed));
    assert_eq!(refused, Err(ApiError::Failed));
    drop(second);
    let failed = Err(ApiError::Failed);
    assert_eq!(answer(book.judge(1, "a", b"[]", now)), failed);
}

#[test]
fn an_answer_that_comes_after_its_key_died_touches_no_newer_request() {
    let book = Arc::new(KeyBook::new(Some(LIFE)));
    let start = Instant::now();
    let mut first = claim(book.judge(1, "a", b"{}", start));
    let second = claim(book.judge(1, "a", b"{}", start + LIFE));
    first.keep(&created("late"));
    drop(first);
    let in_use = Err(ApiError::KeyInUse);
    assert_eq!(answer(book.judge(1, "a", b"{}", start + LIFE)), in_use);
    drop(second);
    claim(book.judge(1, "a", b"{}", start + LIFE));
}

#[test]
fn the_oldest_keys_are_forgotten_when_there_are_too_many() {
    let book = Arc::new(KeyBook::new(Some(LIFE)));
    let now = Instant::now();
    for number in 0..=REMEMBERED_KEYS {
        claim(book.judge(1, &number.to_string(), b"", now)).keep(&created(""));
    }
    assert_eq!(answer(book.judge(1, "1", b"", now)), created(""));
    claim(book.judge(1, "0", b"", now));
}

#[test]
fn keys_that_are_not_honoured_are_always_new() {
    let book = Arc::new(KeyBook::new(None));
    for _ in 0..2 {
        claim(book.judge(1, "a", b"{}", Instant::now())).keep(&created(""));
    }
}
