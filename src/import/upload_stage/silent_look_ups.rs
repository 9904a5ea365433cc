//! Whether look-ups that are not answered tell of the server or of themselves. Pure.

/// So many look-ups in a row that are not answered may mean that the server is away.
const FEW: u32 = 2;

/// The server has been found to be there so many times before that is hardly asked any more.
const MOST: u32 = 64;

/// Counts look-ups that are not answered.
#[derive(Debug)]
pub(super) struct SilentLookUps {
    in_a_row: u32,
    /// So many say that the server should be asked whether it is there.
    enough: u32,
}

impl Default for SilentLookUps {
    fn default() -> Self {
        Self {
            in_a_row: 0,
            enough: FEW,
        }
    }
}

impl SilentLookUps {
    /// A look-up was answered.
    pub(super) fn note_answer(&mut self) {
        *self = Self::default();
    }

    /// A look-up was not answered. Returns whether the server may be away.
    pub(super) fn note_silence(&mut self) -> bool {
        self.in_a_row += 1;
        self.in_a_row >= self.enough
    }

    /// The server answers another question, and still no look-up: it is asked less and less often.
    pub(super) fn note_server_is_there(&mut self) {
        self.in_a_row = 0;
        self.enough = (self.enough * 2).min(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::SilentLookUps;

    /// How many silent look-ups it takes until the server is asked for.
    fn until_asked(look_ups: &mut SilentLookUps) -> usize {
        1 + (0..1000)
            .position(|_| look_ups.note_silence())
            .expect("it is asked for some time")
    }

    #[test]
    fn the_server_is_asked_for_soon_and_then_less_and_less() {
        let mut look_ups = SilentLookUps::default();
        for expected in [2, 4, 8, 16, 32, 64, 64] {
            assert_eq!(until_asked(&mut look_ups), expected);
            look_ups.note_server_is_there();
        }
        look_ups.note_silence();
        look_ups.note_answer();
        assert_eq!(until_asked(&mut look_ups), 2);
    }
}
