//! Which of many digests occur more than once, found without holding them all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use crate::model::Digest;

/// So many digests are sorted in memory at once: 4 MiB.
const CHUNK: usize = 512 * 1024;

/// So many repeated digests are held in memory: 4 MiB. Beyond them they lie on disk.
const IN_MEMORY: usize = 512 * 1024;

/// So many values on disk share one entry of the index in memory.
const BLOCK: usize = 512;

/// Bytes of a value.
const WIDTH: usize = size_of::<u64>();

/// The lowest bits of a value, which are the flags.
const FLAGS: u64 = 0b11;

/// What is remembered of the places of a repeated digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::import) struct Flags {
    /// An earlier run created one of these rows.
    pub(in crate::import) is_created: bool,
    /// An earlier run may have created one of them.
    pub(in crate::import) is_open: bool,
}

impl Flags {
    fn of_value(value: u64) -> Self {
        Self {
            is_created: value & 0b01 != 0,
            is_open: value & 0b10 != 0,
        }
    }
}

/// A digest's upper 62 bits, and the flags in the lowest.
///
/// Two digests that differ share a value once in 2^62 pairs; what comes of that is a look into
/// the notes that was not needed.
fn value(digest: Digest, flags: Flags) -> u64 {
    let flags = u64::from(flags.is_created) | u64::from(flags.is_open) << 1;
    (digest.short() & !FLAGS) | flags
}

/// Takes digests in any order. Memory is bounded; the rest waits in a temporary file.
#[derive(Debug, Default)]
pub(super) struct RepeatFinder {
    chunk: Vec<u64>,
    spilled: Option<Spill>,
}

/// Sorted chunks in a file, one after the other.
#[derive(Debug)]
struct Spill {
    file: File,
    /// Values in each chunk.
    lengths: Vec<usize>,
}

impl RepeatFinder {
    /// Takes a digest. Of a repeated one the flags of all its places are remembered.
    pub(super) fn push(&mut self, digest: Digest, flags: Flags) -> io::Result<()> {
        self.chunk.push(value(digest, flags));
        if self.chunk.len() < CHUNK {
            return Ok(());
        }
        self.spill()
    }

    /// Finds the digests that were taken more than once.
    pub(super) fn finish(mut self) -> io::Result<Repeats> {
        let mut collector = Collector::default();
        if self.spilled.is_none() {
            self.chunk.sort_unstable();
            for value in self.chunk {
                collector.take(value)?;
            }
            return collector.finish();
        }
        self.spill()?;
        if let Some(spill) = self.spilled {
            spill.merge(&mut |value| collector.take(value))?;
        }
        collector.finish()
    }

    fn spill(&mut self) -> io::Result<()> {
        self.chunk.sort_unstable();
        let spill = match &mut self.spilled {
            Some(spill) => spill,
            none => none.insert(Spill {
                file: tempfile::tempfile()?,
                lengths: Vec::new(),
            }),
        };
        write_values(&mut spill.file, &self.chunk)?;
        spill.lengths.push(self.chunk.len());
        self.chunk.clear();
        Ok(())
    }
}

impl Spill {
    /// Hands over all values in ascending order.
    fn merge(self, take: &mut dyn FnMut(u64) -> io::Result<()>) -> io::Result<()> {
        let mut readers = Vec::new();
        let mut start = 0;
        for length in self.lengths {
            readers.push(ChunkReader::new(&self.file, start, length));
            start += length;
        }
        let mut next = BinaryHeap::new();
        for (index, reader) in readers.iter_mut().enumerate() {
            next.extend(reader.next()?.map(|value| Reverse((value, index))));
        }
        while let Some(Reverse((value, index))) = next.pop() {
            take(value)?;
            next.extend(readers[index].next()?.map(|value| Reverse((value, index))));
        }
        Ok(())
    }
}

/// Reads a chunk in small pieces, so that many can be open at once.
struct ChunkReader<'a> {
    file: &'a File,
    position: usize,
    end: usize,
    piece: std::vec::IntoIter<u64>,
}

impl<'a> ChunkReader<'a> {
    fn new(file: &'a File, start: usize, length: usize) -> Self {
        Self {
            file,
            position: start,
            end: start + length,
            piece: Vec::new().into_iter(),
        }
    }

    fn next(&mut self) -> io::Result<Option<u64>> {
        if let Some(value) = self.piece.next() {
            return Ok(Some(value));
        }
        let count = (self.end - self.position).min(4 * BLOCK);
        self.piece = read_values(self.file, self.position, count)?.into_iter();
        self.position += count;
        Ok(self.piece.next())
    }
}

/// Keeps the values that come more than once out of an ascending sequence.
#[derive(Debug, Default)]
struct Collector {
    last: Option<u64>,
    is_repeated: bool,
    repeated: Vec<u64>,
    on_disk: Option<OnDisk>,
}

impl Collector {
    fn take(&mut self, value: u64) -> io::Result<()> {
        match self.last {
            Some(last) if last | FLAGS == value | FLAGS => {
                self.is_repeated = true;
                self.last = Some(last | value);
                Ok(())
            }
            _ => {
                self.end_group()?;
                self.last = Some(value);
                Ok(())
            }
        }
    }

    fn end_group(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_repeated) {
            return Ok(());
        }
        self.repeated.extend(self.last);
        if self.repeated.len() < IN_MEMORY {
            return Ok(());
        }
        self.move_to_disk()
    }

    fn move_to_disk(&mut self) -> io::Result<()> {
        let on_disk = match &mut self.on_disk {
            Some(on_disk) => on_disk,
            none => none.insert(OnDisk {
                file: tempfile::tempfile()?,
                index: Vec::new(),
                length: 0,
            }),
        };
        on_disk.append(&self.repeated)?;
        self.repeated.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<Repeats> {
        self.end_group()?;
        if self.on_disk.is_some() {
            self.move_to_disk()?;
        }
        Ok(Repeats {
            in_memory: self.repeated,
            on_disk: self.on_disk,
        })
    }
}

/// The digests that occur more than once.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// Ascending.
    in_memory: Vec<u64>,
    on_disk: Option<OnDisk>,
}

impl Repeats {
    /// The flags of `digest`, if it occurs more than once.
    pub(super) fn find(&self, digest: Digest) -> io::Result<Option<Flags>> {
        let wanted = value(digest, Flags::default());
        let found = match &self.on_disk {
            None => find_in(&self.in_memory, wanted),
            Some(on_disk) => on_disk.find(wanted)?,
        };
        Ok(found.map(Flags::of_value))
    }
}

fn find_in(values: &[u64], wanted: u64) -> Option<u64> {
    let place = values.partition_point(|value| value | FLAGS < wanted | FLAGS);
    values
        .get(place)
        .copied()
        .filter(|value| value | FLAGS == wanted | FLAGS)
}

/// Ascending values in a file, with the first of each block in memory.
#[derive(Debug)]
struct OnDisk {
    file: File,
    index: Vec<u64>,
    length: usize,
}

impl OnDisk {
    fn append(&mut self, values: &[u64]) -> io::Result<()> {
        for (offset, value) in values.iter().enumerate() {
            if (self.length + offset).is_multiple_of(BLOCK) {
                self.index.push(*value);
            }
        }
        self.length += values.len();
        write_values(&mut self.file, values)
    }

    fn find(&self, wanted: u64) -> io::Result<Option<u64>> {
        let after = self
            .index
            .partition_point(|first| first | FLAGS <= wanted | FLAGS);
        let Some(block) = after.checked_sub(1) else {
            return Ok(None);
        };
        let start = block * BLOCK;
        let values = read_values(&self.file, start, BLOCK.min(self.length - start))?;
        Ok(find_in(&values, wanted))
    }
}

fn write_values(file: &mut File, values: &[u64]) -> io::Result<()> {
    file.seek(SeekFrom::End(0))?;
    let mut writer = BufWriter::new(file);
    for value in values {
        writer.write_all(&value.to_le_bytes())?;
    }
    writer.flush()
}

fn read_values(mut file: &File, start: usize, count: usize) -> io::Result<Vec<u64>> {
    let mut bytes = vec![0; count * WIDTH];
    file.seek(SeekFrom::Start((start * WIDTH) as u64))?;
    BufReader::with_capacity(bytes.len().max(1), file).read_exact(&mut bytes)?;
    let chunks = bytes.chunks_exact(WIDTH);
    let value = |chunk: &[u8]| u64::from_le_bytes(chunk.try_into().expect("8 bytes are 8 bytes"));
    Ok(chunks.map(value).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{CHUNK, Flags, IN_MEMORY, RepeatFinder};
    use crate::model::Digest;

    fn digest(number: u64) -> Digest {
        Digest::of("test", [number.to_le_bytes().as_slice()])
    }

    /// Takes the numbers and compares what is found with a plain count.
    fn check(numbers: impl Iterator<Item = (u64, bool)>) {
        let mut finder = RepeatFinder::default();
        let mut expected: HashMap<u64, (u32, bool)> = HashMap::new();
        for (number, flag) in numbers {
            let flags = Flags {
                is_created: flag,
                is_open: number == 2,
            };
            finder.push(digest(number), flags).unwrap();
            let counted = expected.entry(number).or_default();
            *counted = (counted.0 + 1, counted.1 | flag);
        }
        let repeats = finder.finish().unwrap();
        for (number, (count, flag)) in expected {
            let found = repeats.find(digest(number)).unwrap();
            let flags = Flags {
                is_created: flag,
                is_open: number == 2,
            };
            assert_eq!(found, (count > 1).then_some(flags), "{number}");
        }
        assert_eq!(repeats.find(digest(u64::MAX)).unwrap(), None);
    }

    #[test]
    fn repeated_digests_are_found_with_their_flags() {
        check([].into_iter());
        check([(1, false)].into_iter());
        check([(1, false), (2, true), (1, true), (3, false), (3, false)].into_iter());
    }

    #[test]
    fn more_than_fits_the_memory_is_found_too() {
        let many = (CHUNK + CHUNK / 4) as u64;
        check((0..many).map(|number| (number % (many - 7), number % 3 == 0)));
    }

    #[test]
    fn more_repeated_ones_than_fit_the_memory_are_found_too() {
        let many = (IN_MEMORY + 1000) as u64;
        check((0..2 * many).map(|number| (number % many, number == 5)));
    }
}
