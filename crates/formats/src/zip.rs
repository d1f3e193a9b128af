//! ZIP archives written as a stream (PKWARE APPNOTE 6.3.3), the pieces of a file packed on as many cores as there are.
//!
//! Every piece is deflated on its own and ends at a byte, so that pieces follow one another in one file; sizes and checksums stand
//! after the bytes they are about. Files beyond 4 GiB, and more than 65,535 of them, are written as ZIP64.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Sizes from which a number needs 64 bits.
const LARGE: u64 = 0xffff_ffff;
/// Sizes and checksum follow the bytes; the name is UTF-8.
const FLAGS: u16 = 0x0808;
const DEFLATED: u16 = 8;
/// Any reader of the last thirty years; ZIP64 needs 4.5.
const PLAIN_READER: u16 = 20;
const LARGE_READER: u16 = 45;
/// The last block of a file: empty.
const END_OF_FILE: [u8; 2] = [0x03, 0x00];

/// How hard to pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Not at all: pictures and sounds are packed already.
    None,
    /// As fast as a disk writes.
    Fast,
}

/// How large a file may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Below 4 GiB; whoever cannot know takes the other.
    Plain,
    Large,
}

/// A packed stretch of a file.
#[derive(Debug)]
pub struct Piece {
    pub bytes: Vec<u8>,
    pub tally: Tally,
}

/// How long a stretch of a file is, packed and not, and its checksum.
#[derive(Debug, Default)]
pub struct Tally {
    n_packed: u64,
    n_raw: u64,
    crc: Crc,
}

impl Tally {
    /// Adds the stretch that follows.
    pub fn join(&mut self, next: &Tally) {
        self.n_packed += next.n_packed;
        self.n_raw += next.n_raw;
        self.crc.combine(&next.crc);
    }
}

impl Piece {
    /// Packs a stretch of a file.
    pub fn pack(raw: &[u8], effort: Effort) -> Self {
        let mut crc = Crc::new();
        crc.update(raw);
        let level = match effort {
            Effort::None => Compression::none(),
            Effort::Fast => Compression::fast(),
        };
        let mut packer = Compress::new(level, false);
        let mut bytes = Vec::with_capacity(raw.len() / 4 + 64);
        loop {
            let rest = &raw[usize::try_from(packer.total_in())
                .unwrap_or(raw.len())
                .min(raw.len())..];
            let before = bytes.len();
            let status = packer.compress_vec(rest, &mut bytes, FlushCompress::Sync);
            let is_whole = packer.total_in() >= raw.len() as u64 && bytes.len() < bytes.capacity();
            if is_whole || matches!(status, Err(_) | Ok(Status::StreamEnd)) {
                let tally = Tally {
                    n_packed: bytes.len() as u64,
                    n_raw: raw.len() as u64,
                    crc,
                };
                return Self { bytes, tally };
            }
            // What does not fit yet goes on where it stopped.
            bytes.reserve(before.max(64 * 1024));
        }
    }
}

/// An archive that is being written.
#[derive(Debug, Default)]
pub struct Archive {
    /// Bytes written so far.
    at: u64,
    entries: Vec<Entry>,
    /// MS-DOS date and time of every file.
    moment: (u16, u16),
}

#[derive(Debug)]
struct Entry {
    name: String,
    room: Room,
    at: u64,
    tally: Tally,
}

impl Archive {
    /// Begins an archive whose files carry one date and time of day: year from 1980, month, day, hour, minute, second.
    pub fn dated(year: u16, month: u16, day: u16, hour: u16, minute: u16, second: u16) -> Self {
        let date = (year.saturating_sub(1980).min(127) << 9) | (month << 5) | day;
        let time = (hour << 11) | (minute << 5) | (second / 2);
        Self {
            moment: (date, time),
            ..Self::default()
        }
    }

    /// Begins a file; the bytes are to be written before its pieces.
    pub fn begin(&mut self, name: &str, room: Room) -> Vec<u8> {
        self.entries.push(Entry {
            name: name.to_owned(),
            room,
            at: self.at,
            tally: Tally::default(),
        });
        let mut out = Vec::with_capacity(64 + name.len());
        put32(0x0403_4b50, &mut out);
        self.common(room, &mut out);
        // Checksum and sizes come later.
        out.extend_from_slice(&[0; 4]);
        let (size, extra): (u32, u16) = match room {
            Room::Plain => (0, 0),
            Room::Large => (u32::MAX, 20),
        };
        put32(size, &mut out);
        put32(size, &mut out);
        put16(length(name), &mut out);
        put16(extra, &mut out);
        out.extend_from_slice(&name.as_bytes()[..length(name).into()]);
        if room == Room::Large {
            put16(1, &mut out);
            put16(16, &mut out);
            out.extend_from_slice(&[0; 16]);
        }
        self.at += out.len() as u64;
        out
    }

    /// Takes account of a stretch of the file begun last; its bytes are to be written next.
    pub fn add(&mut self, stretch: &Tally) {
        self.at += stretch.n_packed;
        if let Some(entry) = self.entries.last_mut() {
            entry.tally.join(stretch);
        }
    }

    /// Ends the file begun last; the bytes are to be written after its pieces.
    pub fn end(&mut self) -> Vec<u8> {
        let mut out = END_OF_FILE.to_vec();
        if let Some(entry) = self.entries.last_mut() {
            entry.tally.n_packed += END_OF_FILE.len() as u64;
            put32(0x0807_4b50, &mut out);
            put32(entry.tally.crc.sum(), &mut out);
            match entry.room {
                Room::Plain => {
                    put32(clipped(entry.tally.n_packed), &mut out);
                    put32(clipped(entry.tally.n_raw), &mut out);
                }
                Room::Large => {
                    put64(entry.tally.n_packed, &mut out);
                    put64(entry.tally.n_raw, &mut out);
                }
            }
        }
        self.at += out.len() as u64;
        out
    }

    /// Ends the archive with its list of files.
    pub fn finish(self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in &self.entries {
            self.listed(entry, &mut out);
        }
        let (n, size, at) = (self.entries.len() as u64, out.len() as u64, self.at);
        if n >= 0xffff || size >= LARGE || at >= LARGE {
            let record = at + size;
            put32(0x0606_4b50, &mut out);
            put64(44, &mut out);
            put16(LARGE_READER, &mut out);
            put16(LARGE_READER, &mut out);
            out.extend_from_slice(&[0; 8]);
            put64(n, &mut out);
            put64(n, &mut out);
            put64(size, &mut out);
            put64(at, &mut out);
            put32(0x0706_4b50, &mut out);
            put32(0, &mut out);
            put64(record, &mut out);
            put32(1, &mut out);
        }
        put32(0x0605_4b50, &mut out);
        out.extend_from_slice(&[0; 4]);
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        put16(n, &mut out);
        put16(n, &mut out);
        put32(clipped(size), &mut out);
        put32(clipped(at), &mut out);
        put16(0, &mut out);
        out
    }

    /// Writes what stands alike before a file and in the list.
    fn common(&self, room: Room, out: &mut Vec<u8>) {
        put16(
            match room {
                Room::Plain => PLAIN_READER,
                Room::Large => LARGE_READER,
            },
            out,
        );
        put16(FLAGS, out);
        put16(DEFLATED, out);
        put16(self.moment.1, out);
        put16(self.moment.0, out);
    }

    fn listed(&self, entry: &Entry, out: &mut Vec<u8>) {
        let is_large = entry.tally.n_packed >= LARGE || entry.tally.n_raw >= LARGE || entry.at >= LARGE;
        let room = if is_large { Room::Large } else { entry.room };
        put32(0x0201_4b50, out);
        put16(LARGE_READER, out);
        self.common(room, out);
        put32(entry.tally.crc.sum(), out);
        let clip = |n: u64| if is_large { u32::MAX } else { clipped(n) };
        put32(clip(entry.tally.n_packed), out);
        put32(clip(entry.tally.n_raw), out);
        put16(length(&entry.name), out);
        put16(if is_large { 28 } else { 0 }, out);
        // Neither comment nor disk nor attributes.
        out.extend_from_slice(&[0; 10]);
        put32(clip(entry.at), out);
        out.extend_from_slice(&entry.name.as_bytes()[..length(&entry.name).into()]);
        if is_large {
            put16(1, out);
            put16(24, out);
            put64(entry.tally.n_raw, out);
            put64(entry.tally.n_packed, out);
            put64(entry.at, out);
        }
    }
}

fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

fn clipped(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn put16(n: u16, out: &mut Vec<u8>) {
    out.extend_from_slice(&n.to_le_bytes());
}

fn put32(n: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&n.to_le_bytes());
}

fn put64(n: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&n.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use flate2::read::DeflateDecoder;

    use super::*;

    fn archive(files: &[(&str, &[&[u8]], Room)]) -> Vec<u8> {
        let mut archive = Archive::dated(2026, 11, 21, 9, 0, 0);
        let mut out = Vec::new();
        for (name, pieces, room) in files {
            out.extend(archive.begin(name, *room));
            for raw in *pieces {
                let piece = Piece::pack(raw, Effort::Fast);
                archive.add(&piece.tally);
                out.extend_from_slice(&piece.bytes);
            }
            out.extend(archive.end());
        }
        out.extend(archive.finish());
        out
    }

    #[test]
    fn pieces_packed_apart_are_one_file_when_they_are_unpacked() {
        let long = "a line that is much like the next\n".repeat(20_000);
        let noise: Vec<u8> = (0..300_000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for effort in [Effort::None, Effort::Fast] {
            let pieces = [
                Piece::pack(long.as_bytes(), effort),
                Piece::pack(b"", effort),
                Piece::pack(&noise, effort),
            ];
            let mut packed: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.clone()).collect();
            packed.extend_from_slice(&END_OF_FILE);
            let mut unpacked = Vec::new();
            DeflateDecoder::new(Cursor::new(packed))
                .read_to_end(&mut unpacked)
                .expect("deflate");
            let expected: Vec<u8> = long.bytes().chain(noise.iter().copied()).collect();
            assert!(
                unpacked == expected,
                "{effort:?}: {} bytes of {}",
                unpacked.len(),
                expected.len()
            );
        }
    }

    #[test]
    fn the_list_at_the_end_tells_checksum_and_sizes() {
        let bytes = archive(&[
            ("a.csv", &[b"one\n", b"two\n"], Room::Plain),
            ("b.csv", &[], Room::Large),
        ]);
        let mut crc = Crc::new();
        crc.update(b"one\ntwo\n");
        let list = bytes
            .windows(4)
            .position(|four| four == 0x0201_4b50u32.to_le_bytes())
            .expect("a list");
        assert_eq!(bytes[list + 16..list + 20], crc.sum().to_le_bytes());
        assert_eq!(bytes[list + 24..list + 28], 8u32.to_le_bytes());
        assert_eq!(&bytes[list + 46..list + 51], b"a.csv");
    }
}
