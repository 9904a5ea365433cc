//! Whole runs against servers that live by the paused clock: what the rules come to together.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use super::concurrency::Concurrency;
use super::{BackOff, Landing, OutageWatch, Pace, Sent, Turn, Verdict};
use crate::model::Allowance;

/// How a server counts, and what it tells.
#[derive(Debug, Clone, Copy)]
struct Limit {
    requests: u64,
    window: Duration,
    begins: Begins,
    tells: Tells,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    WithFirstRequest,
    OnFullSecond,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// What is left and the end of the window, rounded up.
    RoundedUp,
    /// What is left and the end of the window, rounded down.
    RoundedDown,
    /// What is left; the rest only when it refuses, rounded down: as the framework does.
    EndWhenRefusing,
    /// How long to wait when it refuses.
    RetryAfter,
    Nothing,
}

struct Server {
    limit: Option<Limit>,
    began: Instant,
    window_ends: Option<Instant>,
    used: u64,
    /// For each window what was taken and refused.
    windows: Vec<(u64, u64)>,
    /// When it is away, by the time since it began.
    away: Range<Duration>,
    /// A request that it refuses for no reason, asking for a second: so many were taken before.
    stray: Option<usize>,
    /// When it took each request.
    taken: Vec<Instant>,
}

/// A server's clock does not agree with ours on where seconds begin.
const OFFSET: Duration = Duration::from_millis(370);

impl Server {
    fn new(limit: Option<Limit>) -> Self {
        Self {
            limit,
            began: Instant::now(),
            window_ends: None,
            used: 0,
            windows: Vec::new(),
            away: Duration::ZERO..Duration::ZERO,
            stray: None,
            taken: Vec::new(),
        }
    }

    fn is_away(&self, at: Instant) -> bool {
        self.away.contains(&(at - self.began))
    }

    /// What it took in each second.
    fn seconds(&self) -> Vec<usize> {
        let seconds = |at: &Instant| usize::try_from((*at - self.began).as_secs()).unwrap();
        let mut counts = vec![0; self.taken.last().map_or(0, seconds) + 1];
        self.taken.iter().for_each(|at| counts[seconds(at)] += 1);
        counts
    }

    /// Seconds of its own clock.
    fn clock(&self, at: Instant) -> f64 {
        (at - self.began + OFFSET).as_secs_f64()
    }

    fn answer(&mut self, now: Instant) -> (Verdict, Allowance, Option<Duration>) {
        if self.is_away(now) {
            return (Verdict::Failed, Allowance::default(), None);
        }
        if self
            .stray
            .take_if(|after| *after <= self.taken.len())
            .is_some()
        {
            return (Verdict::Refused, Allowance::default(), Some(SECOND));
        }
        let answer = self.judge(now);
        if answer.0 == Verdict::Taken {
            self.taken.push(now);
        }
        answer
    }

    fn judge(&mut self, now: Instant) -> (Verdict, Allowance, Option<Duration>) {
        let Some(limit) = self.limit else {
            return (Verdict::Taken, Allowance::default(), None);
        };
        if self.window_ends.is_none_or(|end| end <= now) {
            self.used = 0;
            self.windows.push((0, 0));
            let length = match limit.begins {
                Begins::WithFirstRequest => limit.window,
                Begins::OnFullSecond => {
                    let window = limit.window.as_secs_f64();
                    let into = self.clock(now) % window;
                    Duration::from_secs_f64(window - into)
                }
            };
            self.window_ends = Some(now + length);
        }
        let window = self.windows.last_mut().unwrap();
        let is_taken = self.used < limit.requests;
        if is_taken {
            self.used += 1;
            window.0 += 1;
        } else {
            window.1 += 1;
        }
        let verdict = if is_taken {
            Verdict::Taken
        } else {
            Verdict::Refused
        };
        let (allowance, pause) = self.tell(limit, is_taken, now);
        (verdict, allowance, pause)
    }

    /// As whole seconds of `Date` and of the window's end show it.
    fn tell(&self, limit: Limit, is_taken: bool, now: Instant) -> (Allowance, Option<Duration>) {
        let end = self.clock(self.window_ends.unwrap());
        let date = self.clock(now).floor();
        let seconds = |end: f64| Some(Duration::from_secs_f64((end - date).max(0.0)));
        let counts = Allowance {
            limit: Some(limit.requests),
            remaining: Some(limit.requests - self.used),
            resets_in: None,
        };
        let with_end = |end: f64| Allowance {
            resets_in: seconds(end),
            ..counts
        };
        let (allowance, pause) = match limit.tells {
            Tells::RoundedUp => (with_end(end.ceil()), seconds(end.ceil())),
            Tells::EndWhenRefusing if is_taken => (counts, None),
            Tells::RoundedDown | Tells::EndWhenRefusing => {
                (with_end(end.floor()), seconds(end.floor()))
            }
            Tells::RetryAfter => (Allowance::default(), seconds(end.ceil())),
            Tells::Nothing => (Allowance::default(), None),
        };
        (allowance, pause.filter(|_| !is_taken))
    }
}

/// Five answers in a row that are none make the line rest; then single requests ask, as the upload stage has them.
#[derive(Default)]
struct Outage {
    watch: OutageWatch,
    /// When the next one asks, and what it waits after that.
    asks: Option<(Instant, BackOff)>,
}

impl Outage {
    fn note(&mut self, landing: &Landing) {
        if landing.verdict != Verdict::Failed {
            *self = Self::default();
        } else if self.watch.note_silence(landing.sent.number)
            && self
                .asks
                .as_ref()
                .is_none_or(|(asks, _)| *asks <= landing.sent.at)
        {
            let (_, mut waits) = self
                .asks
                .take()
                .unwrap_or((landing.arrived, BackOff::new()));
            self.asks = Some((landing.arrived + waits.next_wait(None), waits));
        }
    }

    /// A turn beside those in flight.
    fn turn(&self, pace: &mut Pace, in_flight: usize) -> Turn {
        match &self.asks {
            Some(_) if in_flight > 0 => Turn::AfterAnswer,
            Some((when, _)) if *when > Instant::now() => Turn::At(*when),
            Some(_) => Turn::Now,
            // No row is at hand that has to wait for what another one shows.
            None if in_flight > 0 && pace.tries_one() => Turn::AfterAnswer,
            None => pace.take_turn(in_flight),
        }
    }
}

/// Sends as fast as `pace` lets for so long; `latency` by the number in flight.
async fn run(
    server: &mut Server,
    concurrency: Concurrency,
    latency: impl Fn(usize, u64) -> Duration,
    lasts: Duration,
) -> Pace {
    let mut pace = Pace::new(concurrency, None);
    let (_, allowance, _) = server.answer(Instant::now());
    pace.note_greeting(allowance, None);
    let mut in_flight: BTreeMap<(Instant, u64), Landing> = BTreeMap::new();
    let mut outage = Outage::default();
    let end = Instant::now() + lasts;
    while Instant::now() < end {
        let wakes_at = match outage.turn(&mut pace, in_flight.len()) {
            Turn::Now => {
                let sent: Sent = pace.send(in_flight.len());
                let takes = latency(in_flight.len() + 1, sent.number);
                // Half of the way there, half of it back.
                let (verdict, allowance, pause) = server.answer(sent.at + takes / 2);
                let arrived = sent.at + takes;
                let landing = Landing {
                    sent,
                    arrived,
                    allowance,
                    verdict,
                    pause,
                };
                in_flight.insert((arrived, sent.number), landing);
                continue;
            }
            Turn::At(when) => Some(when),
            Turn::AfterAnswer => None,
        };
        let lands_at = in_flight.first_key_value().map(|((when, _), _)| *when);
        let next = wakes_at.into_iter().chain(lands_at).min().unwrap();
        tokio::time::sleep_until(next.max(Instant::now() + Duration::from_micros(10))).await;
        while let Some(entry) = in_flight.first_entry() {
            if entry.key().0 > Instant::now() {
                break;
            }
            let landing = entry.remove();
            outage.note(&landing);
            pace.note_landed(&landing);
        }
    }
    pace
}

const SECOND: Duration = Duration::from_secs(1);

/// What was taken and refused in each window while `lasts` windows go by.
async fn windows_of(
    (begins, tells): (Begins, Tells),
    (requests, seconds): (u64, u32),
    lasts: u32,
) -> Vec<(u64, u64)> {
    let limit = Limit {
        requests,
        window: SECOND * seconds,
        begins,
        tells,
    };
    let mut server = Server::new(Some(limit));
    let lasts = SECOND * seconds * lasts;
    run(&mut server, Concurrency::Auto, |_, _| SECOND / 50, lasts).await;
    server.windows
}

#[tokio::test(start_paused = true)]
async fn the_allowance_is_used_up_and_hardly_ever_refused() {
    for begins in [Begins::WithFirstRequest, Begins::OnFullSecond] {
        for tells in [Tells::RoundedUp, Tells::RoundedDown, Tells::EndWhenRefusing] {
            for (requests, seconds) in [(600, 10), (50, 5), (1000, 60), (1, 2)] {
                let windows = windows_of((begins, tells), (requests, seconds), 12).await;
                let name = format!("{begins:?} {tells:?} {requests}/{seconds} {windows:?}");
                let refused: u64 = windows.iter().map(|window| window.1).sum();
                let whole = &windows[1..windows.len() - 1];
                assert!(whole.iter().all(|window| window.0 == requests), "{name}");
                assert!(windows.iter().all(|window| window.1 <= 1), "{name}");
                assert!(refused <= 2, "{name}");
                assert!(windows.len() >= 11, "{name}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_headers_refusals_alone_lead_to_a_speed_near_the_limit() {
    for begins in [Begins::WithFirstRequest, Begins::OnFullSecond] {
        for tells in [Tells::RetryAfter, Tells::Nothing] {
            for (requests, seconds, percent) in [(600, 10, 85), (3000, 60, 85), (50, 5, 75)] {
                let windows = windows_of((begins, tells), (requests, seconds), 10).await;
                let taken: u64 = windows.iter().map(|window| window.0).sum();
                let name = format!("{begins:?} {tells:?} {requests}/{seconds}: {windows:?}");
                assert!(taken * 100 >= requests * 10 * percent, "{name}");
            }
        }
    }
}

/// At a latency of 50 ms, 16 in flight, what a server that bears everything took in each second: it is away from the
/// first second on for so long, and refuses a request soon after.
async fn seconds_with_a_stray_refusal(away: u32, dead_for: Duration) -> Vec<usize> {
    let mut server = Server::new(None);
    server.away = SECOND..SECOND * (1 + away);
    server.stray = Some(1200);
    let (away, sixteen) = (server.away.clone(), NonZeroUsize::new(16).unwrap());
    let began = Instant::now();
    let latency = |_, _| {
        if away.contains(&began.elapsed()) {
            dead_for
        } else {
            SECOND / 20
        }
    };
    let lasts = SECOND * 90;
    run(&mut server, Concurrency::AtMost(sixteen), latency, lasts).await;
    server.seconds()
}

#[tokio::test(start_paused = true)]
async fn a_single_refusal_costs_little_even_after_an_outage() {
    for away in [0, 12, 25] {
        for dead_for in [SECOND / 20, SECOND * 3] {
            let seconds = seconds_with_a_stray_refusal(away, dead_for).await;
            let name = format!("away for {away} s, no answer for {dead_for:?}: {seconds:?}");
            let first = seconds.iter().rposition(|taken| *taken == 0).unwrap_or(5) + 8;
            assert!(seconds[first] >= 200, "soon after: {name}");
            assert!(
                *seconds.iter().rev().nth(1).unwrap() >= 300,
                "later: {name}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_leaves_the_speed_near_the_limit() {
    for begins in [Begins::WithFirstRequest, Begins::OnFullSecond] {
        for (away, dead_for) in [(8, 0), (25, 0), (25, 3), (200, 0)] {
            let mut server = Server::new(Some(Limit {
                requests: 600,
                window: SECOND * 10,
                begins,
                tells: Tells::Nothing,
            }));
            server.away = SECOND * 12..SECOND * (12 + away);
            let (absent, began) = (server.away.clone(), Instant::now());
            let latency = |_, _| {
                if absent.contains(&began.elapsed()) {
                    (SECOND * dead_for).max(SECOND / 50)
                } else {
                    SECOND / 50
                }
            };
            run(
                &mut server,
                Concurrency::Auto,
                latency,
                SECOND * (300 + away),
            )
            .await;
            let name = format!(
                "{begins:?} away for {away} s, {dead_for}: {:?}",
                server.windows
            );
            let after = &server.windows[server.windows.len() - 19..];
            let taken = |windows: &[(u64, u64)]| windows.iter().map(|window| window.0).sum::<u64>();
            assert!(taken(&after[..5]) * 100 >= 5 * 600 * 85, "at first: {name}");
            assert!(taken(&after[5..18]) * 100 >= 13 * 600 * 85, "later: {name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_headers_the_speed_stays_near_the_limit() {
    for begins in [Begins::WithFirstRequest, Begins::OnFullSecond] {
        for tells in [Tells::RetryAfter, Tells::Nothing] {
            for latency in [20, 50, 200] {
                let limit = Limit {
                    requests: 600,
                    window: SECOND * 10,
                    begins,
                    tells,
                };
                let mut server = Server::new(Some(limit));
                let each = Duration::from_millis(latency);
                let pace = run(&mut server, Concurrency::Auto, |_, _| each, SECOND * 300).await;
                let taken: Vec<u64> = server.windows.iter().map(|window| window.0).collect();
                let name = format!(
                    "{begins:?} {tells:?} {latency} ms, {}: {:?}",
                    pace.slots(),
                    server.windows
                );
                let fives = taken[1..taken.len() - 1].chunks_exact(5);
                for (number, five) in fives.enumerate() {
                    // Pauses are guessed with jitter, and at first there are more of them.
                    let percent = if number == 0 { 78 } else { 82 };
                    let least = 3000 * percent;
                    assert!(five.iter().sum::<u64>() * 100 >= least, "{name}");
                }
            }
        }
    }
}

/// What the number of requests in flight comes to.
async fn slots_after(lasts: Duration, latency: impl Fn(usize, u64) -> Duration) -> usize {
    let mut server = Server::new(None);
    run(&mut server, Concurrency::Auto, latency, lasts)
        .await
        .slots()
}

/// A server that deals with `width` requests at a time.
fn queue(width: u32, each: Duration) -> impl Fn(usize, u64) -> Duration {
    move |in_flight, _| (each * u32::try_from(in_flight).unwrap() / width).max(each)
}

#[tokio::test(start_paused = true)]
async fn the_number_in_flight_is_what_the_server_deals_with() {
    let milliseconds = Duration::from_millis;
    let steady = slots_after(SECOND * 8, |_, _| milliseconds(200)).await;
    assert_eq!(steady, 256, "a server that bears everything");
    for (width, each, least, most) in [
        (1, 100, 2, 12),
        (4, 100, 4, 12),
        (32, 50, 24, 64),
        (100, 100, 100, 200),
    ] {
        let slots = slots_after(SECOND * 60, queue(width, milliseconds(each))).await;
        assert!(
            (least..=most).contains(&slots),
            "{width} at {each} ms: {slots}"
        );
    }
    let jitter = |_, number: u64| milliseconds(100 + number * 7919 % 101);
    let slots = slots_after(SECOND * 20, jitter).await;
    assert!(slots >= 200, "from 100 to 200 ms at random: {slots}");
    let noise = |_, number: u64| Duration::from_micros(300 + number / 50 * 7919 % 8000);
    let slots = slots_after(SECOND * 5, noise).await;
    assert!(slots >= 64, "a fast server on a busy machine: {slots}");
    let slots = slots_after(SECOND * 20, |in_flight, _| {
        Duration::from_micros(100) * u32::try_from(in_flight).unwrap()
    });
    let slots = slots.await;
    assert!(
        (60..=90).contains(&slots),
        "10,000 a second, however many: {slots}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_slows_down_is_given_less_and_one_that_recovers_more() {
    let milliseconds = Duration::from_millis;
    for (seconds, least, most) in [(19, 60, 256), (59, 5, 40), (120, 60, 256)] {
        let began = Instant::now();
        let latency = move |in_flight: usize, number: u64| {
            let is_slow = (20..60).contains(&began.elapsed().as_secs());
            let width = if is_slow { 10 } else { 100 };
            queue(width, milliseconds(50))(in_flight, number)
        };
        let slots = slots_after(SECOND * seconds, latency).await;
        assert!(
            (least..=most).contains(&slots),
            "after {seconds} s: {slots}"
        );
    }
}
