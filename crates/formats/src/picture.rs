//! Photographs: takes away whatever a camera wrote into a file besides the picture, without touching the picture itself.
//!
//! JPEG ([T.81](https://www.w3.org/Graphics/JPEG/itu-t81.pdf)), PNG ([third edition](https://www.w3.org/TR/png-3/)) and WebP
//! ([container](https://developers.google.com/speed/webp/docs/riff_container)) are walked part by part, and only the parts
//! without which the picture cannot be drawn are copied: no Exif, XMP, comments, previews, profiles, nothing behind the end.
//! Which way up it is held (Exif's orientation) survives, alone.
//!
//! Deliberately absent: decoding, shrinking, HEIC (its metadata cannot be taken out by copying parts), films.

use std::ops::Range;

use thiserror::Error;

/// Most pixels of a picture: what a phone of these years takes at most.
const MOST_PIXELS: u64 = 200_000_000;
/// The name of the part that holds the mark, in PNG and WebP. In PNG's letters: ancillary, private, not safe to copy.
const MARK: &[u8; 4] = b"bzMK";
const PNG_START: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// PNG's parts that the pixels cannot be drawn without; the frames of a film are left behind with everything else.
const PNG_KEPT: [&[u8; 4]; 7] = [b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"IDAT", b"IEND"];
/// Flags of WebP's VP8X: has an alpha channel, has Exif.
const WEBP_ALPHA: u8 = 0x10;
const WEBP_EXIF: u8 = 0x08;

/// A kind of picture that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
}

impl Kind {
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Webp => "image/webp",
        }
    }
}

/// A picture and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    pub kind: Kind,
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PictureProblem {
    #[error("it is no picture, or it is damaged")]
    NotAPicture,
    #[error("it is HEIC, from which hidden data cannot be removed")]
    Heic,
    #[error("pictures of this kind are not taken: use JPEG, PNG or WebP")]
    OtherKind,
    #[error("it has more pixels than can be shown")]
    TooManyPixels,
}

type Result<T> = std::result::Result<T, PictureProblem>;

/// Copies the picture out of a file. The mark is written into it, so that no other file has the same bytes.
///
/// # Errors
/// When it is no picture, or of a kind that is not taken.
pub fn clean(bytes: &[u8], mark: &[u8]) -> Result<Cleaned> {
    let cleaned = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => jpeg(bytes, mark)?,
        _ if bytes.starts_with(PNG_START) => png(bytes, mark)?,
        _ if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => webp(bytes, mark)?,
        _ => return Err(other_kind(bytes)),
    };
    match u64::from(cleaned.width) * u64::from(cleaned.height) {
        0 => Err(PictureProblem::NotAPicture),
        pixels if pixels > MOST_PIXELS => Err(PictureProblem::TooManyPixels),
        _ => Ok(cleaned),
    }
}

fn other_kind(bytes: &[u8]) -> PictureProblem {
    if bytes.get(4..8) == Some(b"ftyp") {
        let brands = bytes.get(8..bytes.len().min(40)).unwrap_or_default();
        let has = |brand: &[u8]| brands.chunks(4).any(|each| each == brand);
        let is_heic = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"]
            .iter()
            .any(|brand| has(*brand));
        return if is_heic {
            PictureProblem::Heic
        } else {
            PictureProblem::OtherKind
        };
    }
    let known: [&[u8]; 5] = [b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF"];
    if known.iter().any(|start| bytes.starts_with(start)) {
        PictureProblem::OtherKind
    } else {
        PictureProblem::NotAPicture
    }
}

fn jpeg(bytes: &[u8], mark: &[u8]) -> Result<Cleaned> {
    const BROKEN: PictureProblem = PictureProblem::NotAPicture;
    let mut body = Vec::with_capacity(bytes.len());
    let (mut orientation, mut size, mut is_drawn) = (1, None, false);
    let mut jfif = None;
    let mut at = 2;
    loop {
        // Any number of fill bytes may stand before a marker.
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1;
        }
        let (0xFF, marker) = (
            *bytes.get(at).ok_or(BROKEN)?,
            *bytes.get(at + 1).ok_or(BROKEN)?,
        ) else {
            return Err(BROKEN);
        };
        if marker == 0xD9 {
            break;
        }
        let length = usize::from(be16(bytes, at + 2).ok_or(BROKEN)?);
        let segment = bytes.get(at..at + 2 + length).ok_or(BROKEN)?;
        let content = segment.get(4..).ok_or(BROKEN)?;
        at += segment.len();
        match marker {
            0xE0 if content.starts_with(b"JFIF\0") && content.len() >= 12 => {
                // Without its preview.
                let mut kept = content[..12].to_vec();
                kept.extend([0, 0]);
                jfif = Some(kept);
            }
            0xE1 if content.starts_with(b"Exif\0\0") => {
                orientation = exif_orientation(&content[6..]).unwrap_or(orientation);
            }
            // Adobe's says how colours were transformed; without it some pictures turn green.
            0xEE if content.starts_with(b"Adobe") => body.extend_from_slice(segment),
            0xE0..=0xEF | 0xFE => {}
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                size = be16(content, 3).zip(be16(content, 1));
                body.extend_from_slice(segment);
            }
            0xC4 | 0xCC | 0xDB | 0xDC | 0xDD => body.extend_from_slice(segment),
            0xDA => {
                size.ok_or(BROKEN)?;
                body.extend_from_slice(segment);
                let scan = scan_at(bytes, at);
                if scan.is_empty() {
                    return Err(BROKEN);
                }
                at = scan.end;
                body.extend_from_slice(&bytes[scan]);
                is_drawn = true;
                if at >= bytes.len() {
                    // The connection broke while it was sent from the camera; what is there can be seen.
                    break;
                }
            }
            _ => return Err(BROKEN),
        }
    }
    let (width, height) = size.filter(|_| is_drawn).ok_or(BROKEN)?;
    let mut cleaned = vec![0xFF, 0xD8];
    if let Some(jfif) = jfif {
        put_segment(&mut cleaned, 0xE0, &[&jfif]);
    }
    if orientation != 1 {
        put_segment(&mut cleaned, 0xE1, &[b"Exif\0\0", &orientation_alone(orientation)]);
    }
    put_segment(&mut cleaned, 0xFE, &[mark]);
    cleaned.extend(body);
    cleaned.extend([0xFF, 0xD9]);
    Ok(Cleaned {
        kind: Kind::Jpeg,
        bytes: cleaned,
        width: width.into(),
        height: height.into(),
    })
}

/// The compressed pixels from a byte up to the next marker that is not part of them.
fn scan_at(bytes: &[u8], from: usize) -> Range<usize> {
    let mut at = from;
    while at + 1 < bytes.len() {
        if bytes[at] == 0xFF && !matches!(bytes[at + 1], 0x00 | 0xD0..=0xD7 | 0xFF) {
            return from..at;
        }
        at += 1;
    }
    from..bytes.len()
}

fn put_segment(to: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    to.extend([0xFF, marker]);
    to.extend(u16::try_from(length + 2).unwrap_or(u16::MAX).to_be_bytes());
    for part in parts {
        to.extend_from_slice(part);
    }
}

fn png(bytes: &[u8], mark: &[u8]) -> Result<Cleaned> {
    const BROKEN: PictureProblem = PictureProblem::NotAPicture;
    let mut cleaned = PNG_START.to_vec();
    let mut size = None;
    let (mut has_pixels, mut has_end) = (false, false);
    let mut at = PNG_START.len();
    let mut orientation = 1;
    let exif_at = {
        let mut seen = at;
        loop {
            let Some(length) = be32(bytes, seen) else { break None };
            let name = bytes.get(seen + 4..seen + 8).ok_or(BROKEN)?;
            let length = length as usize;
            if name == b"eXIf" {
                break Some(seen + 8..seen + 8 + length);
            }
            seen = seen.checked_add(12 + length).ok_or(BROKEN)?;
        }
    };
    if let Some(exif) = exif_at.and_then(|range| bytes.get(range)) {
        orientation = exif_orientation(exif).unwrap_or(1);
    }
    while !has_end {
        let length = be32(bytes, at).ok_or(BROKEN)? as usize;
        let whole = bytes
            .get(at..at.checked_add(12 + length).ok_or(BROKEN)?)
            .ok_or(BROKEN)?;
        let name: &[u8; 4] = whole[4..8].try_into().map_err(|_| BROKEN)?;
        let is_first = at == PNG_START.len();
        at += whole.len();
        if is_first {
            let is_sound = name == b"IHDR" && length == 13 && be32(whole, 21) == Some(crc(&whole[4..21]));
            if !is_sound {
                return Err(BROKEN);
            }
            size = be32(whole, 8).zip(be32(whole, 12));
        }
        has_pixels |= name == b"IDAT" && length > 0;
        has_end = name == b"IEND";
        if PNG_KEPT.contains(&name) {
            cleaned.extend_from_slice(whole);
        }
        if is_first {
            put_chunk(&mut cleaned, MARK, mark);
            if orientation != 1 {
                put_chunk(&mut cleaned, b"eXIf", &orientation_alone(orientation));
            }
        }
    }
    let (width, height) = size.filter(|_| has_pixels).ok_or(BROKEN)?;
    Ok(Cleaned {
        kind: Kind::Png,
        bytes: cleaned,
        width,
        height,
    })
}

fn put_chunk(to: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    to.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    let from = to.len();
    to.extend_from_slice(name);
    to.extend_from_slice(content);
    let sum = crc(&to[from..]);
    to.extend(sum.to_be_bytes());
}

/// PNG's check sum (ISO 3309), bit by bit: only a few bytes are ever summed.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xEDB8_8320
            } else {
                sum >> 1
            }
        })
    })
}

fn webp(bytes: &[u8], mark: &[u8]) -> Result<Cleaned> {
    const BROKEN: PictureProblem = PictureProblem::NotAPicture;
    let told = le32(bytes, 4).ok_or(BROKEN)? as usize;
    let end = told.checked_add(8).ok_or(BROKEN)?.min(bytes.len());
    let (mut kept, mut size, mut canvas) = (Vec::new(), None, None);
    let (mut orientation, mut has_alpha) = (1, false);
    let mut at = 12;
    while at + 8 <= end {
        let length = le32(bytes, at + 4).ok_or(BROKEN)? as usize;
        let name = &bytes[at..at + 4];
        let content = bytes
            .get(at + 8..(at + 8).checked_add(length).ok_or(BROKEN)?)
            .ok_or(BROKEN)?;
        // Parts of odd length are followed by a byte of nothing.
        at += 8 + length + length % 2;
        match name {
            b"VP8X" => {
                let wide = le24(content, 4).ok_or(BROKEN)? + 1;
                let high = le24(content, 7).ok_or(BROKEN)? + 1;
                has_alpha = content[0] & WEBP_ALPHA != 0;
                canvas = Some((wide, high));
            }
            b"ANIM" | b"ANMF" => return Err(PictureProblem::OtherKind),
            b"EXIF" => {
                let tiff = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
                orientation = exif_orientation(tiff).unwrap_or(1);
            }
            b"ALPH" => put_part(&mut kept, b"ALPH", content),
            b"VP8 " if size.is_none() => {
                let is_sound = content.get(3..6) == Some(&[0x9D, 0x01, 0x2A]);
                let wide = le16(content, 6).filter(|_| is_sound).ok_or(BROKEN)? & 0x3FFF;
                let high = le16(content, 8).ok_or(BROKEN)? & 0x3FFF;
                size = Some((u32::from(wide), u32::from(high)));
                put_part(&mut kept, b"VP8 ", content);
            }
            b"VP8L" if size.is_none() => {
                let bits = le32(content, 1).filter(|_| content[0] == 0x2F).ok_or(BROKEN)?;
                size = Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1));
                put_part(&mut kept, b"VP8L", content);
            }
            _ => {}
        }
    }
    let (width, height) = canvas.filter(|_| size.is_some()).or(size).ok_or(BROKEN)?;
    let mut body = b"WEBP".to_vec();
    // Every file gets the long header, so that the parts of ours have a place.
    let mut flags = if has_alpha { WEBP_ALPHA } else { 0 };
    if orientation != 1 {
        flags |= WEBP_EXIF;
    }
    let mut header = vec![flags, 0, 0, 0];
    header.extend(&(width.saturating_sub(1)).to_le_bytes()[..3]);
    header.extend(&(height.saturating_sub(1)).to_le_bytes()[..3]);
    put_part(&mut body, b"VP8X", &header);
    body.extend(kept);
    if orientation != 1 {
        put_part(&mut body, b"EXIF", &orientation_alone(orientation));
    }
    put_part(&mut body, MARK, mark);
    let mut cleaned = b"RIFF".to_vec();
    cleaned.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    cleaned.extend(body);
    Ok(Cleaned {
        kind: Kind::Webp,
        bytes: cleaned,
        width,
        height,
    })
}

fn put_part(to: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    to.extend_from_slice(name);
    to.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(content);
    if content.len() % 2 == 1 {
        to.push(0);
    }
}

/// Reads the orientation, 1 to 8, out of Exif's first directory (TIFF 6.0).
fn exif_orientation(tiff: &[u8]) -> Option<u8> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at| if is_little { le16(tiff, at) } else { be16(tiff, at) };
    let long = |at| if is_little { le32(tiff, at) } else { be32(tiff, at) };
    let directory = long(4)? as usize;
    let n_entries = usize::from(short(directory)?);
    (0..n_entries).find_map(|n| {
        let entry = directory.checked_add(2 + 12 * n)?;
        let is_orientation = short(entry)? == 0x0112 && short(entry + 2)? == 3;
        let value = short(entry + 8).filter(|value| is_orientation && (1..=8).contains(value))?;
        u8::try_from(value).ok()
    })
}

/// Exif that says the orientation and nothing else.
fn orientation_alone(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    // Tag 0x0112, of type short, one of them.
    tiff.extend([0x01, 0x12, 0x00, 0x03, 0, 0, 0, 1, 0, orientation, 0, 0]);
    // No directory follows.
    tiff.extend([0, 0, 0, 0]);
    tiff
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    part(bytes, at).map(u16::from_be_bytes)
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    part(bytes, at).map(u16::from_le_bytes)
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = part(bytes, at)?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    part(bytes, at).map(u32::from_be_bytes)
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    part(bytes, at).map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"GPS 7.15 S 111.88 E";

    /// Exif as a telephone writes it: held sideways, with a position behind the directory.
    fn exif() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend([0x0F, 0x01, 0x02, 0, 4, 0, 0, 0, b'A', b'B', b'C', 0]);
        tiff.extend([0x12, 0x01, 0x03, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
        tiff.extend([0, 0, 0, 0]);
        tiff.extend_from_slice(SECRET);
        tiff
    }

    fn a_jpeg() -> Vec<u8> {
        let mut file = vec![0xFF, 0xD8];
        let mut jfif = b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01".to_vec();
        jfif.extend_from_slice(b"pre");
        put_segment(&mut file, 0xE0, &[&jfif]);
        put_segment(&mut file, 0xE1, &[b"Exif\0\0", &exif()]);
        put_segment(&mut file, 0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET]);
        put_segment(&mut file, 0xED, &[b"Photoshop 3.0\0", SECRET]);
        put_segment(&mut file, 0xFE, &[SECRET]);
        put_segment(&mut file, 0xDB, &[&[0; 65]]);
        put_segment(&mut file, 0xC0, &[&[8, 0, 2, 0, 3, 1, 1, 0x11, 0]]);
        put_segment(&mut file, 0xDA, &[&[1, 1, 0, 0, 63, 0]]);
        file.extend([1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4]);
        file.extend([0xFF, 0xD9]);
        file.extend_from_slice(SECRET);
        file
    }

    fn a_png() -> Vec<u8> {
        let mut file = PNG_START.to_vec();
        put_chunk(&mut file, b"IHDR", &[0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
        put_chunk(&mut file, b"tEXt", SECRET);
        put_chunk(&mut file, b"IDAT", &[9, 9, 9]);
        put_chunk(&mut file, b"eXIf", &exif());
        put_chunk(&mut file, b"IEND", &[]);
        file.extend_from_slice(SECRET);
        file
    }

    fn a_webp() -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        put_part(&mut body, b"VP8X", &[0x2C, 0, 0, 0, 2, 0, 0, 1, 0, 0]);
        put_part(&mut body, b"ICCP", SECRET);
        put_part(&mut body, b"VP8 ", &[0, 0, 0, 0x9D, 0x01, 0x2A, 3, 0, 2, 0, 7]);
        put_part(&mut body, b"EXIF", &exif());
        put_part(&mut body, b"XMP ", SECRET);
        let mut file = b"RIFF".to_vec();
        file.extend(u32::try_from(body.len()).expect("small").to_le_bytes());
        file.extend(body);
        file.extend_from_slice(SECRET);
        file
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn whatever_a_camera_wrote_beside_the_picture_is_gone() {
        for (kind, file) in [
            (Kind::Jpeg, a_jpeg()),
            (Kind::Png, a_png()),
            (Kind::Webp, a_webp()),
        ] {
            assert!(holds(&file, SECRET));
            let cleaned = clean(&file, b"mark").expect("a picture");
            assert_eq!(
                (cleaned.kind, cleaned.width, cleaned.height),
                (kind, 3, 2),
                "{kind:?}"
            );
            for gone in [SECRET, b"ABC", b"Photoshop", b"xap", b"pre\xFF"] {
                assert!(!holds(&cleaned.bytes, gone), "{kind:?} still holds {gone:?}");
            }
            assert!(holds(&cleaned.bytes, b"mark"));
        }
    }

    #[test]
    fn which_way_up_it_is_held_survives_and_a_second_cleaning_changes_only_the_mark() {
        for file in [a_jpeg(), a_png(), a_webp()] {
            let cleaned = clean(&file, b"one").expect("a picture");
            assert!(holds(&cleaned.bytes, &orientation_alone(6)), "{:?}", cleaned.kind);
            let again = clean(&cleaned.bytes, b"two").expect("still a picture");
            assert_eq!(again.bytes.len(), cleaned.bytes.len());
            assert_eq!(clean(&again.bytes, b"one"), Ok(cleaned));
        }
    }

    #[test]
    fn the_pixels_are_copied_as_they_are() {
        let cleaned = clean(&a_jpeg(), b"mark").expect("a picture");
        assert!(cleaned.bytes.ends_with(&[1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9]));
        let cleaned = clean(&a_png(), b"mark").expect("a picture");
        assert!(holds(&cleaned.bytes, b"\0\0\0\x03IDAT\x09\x09\x09"));
        let cleaned = clean(&a_webp(), b"mark").expect("a picture");
        assert!(holds(&cleaned.bytes, &[0x9D, 0x01, 0x2A, 3, 0, 2, 0, 7, 0]));
    }

    #[test]
    fn what_is_no_picture_is_refused_by_what_it_is() {
        let refused = |bytes: &[u8]| clean(bytes, b"mark").expect_err("refused");
        assert_eq!(refused(b"<script>alert(1)</script>"), PictureProblem::NotAPicture);
        assert_eq!(refused(b""), PictureProblem::NotAPicture);
        assert_eq!(refused(b"\xFF\xD8\xFF\xE0 and then text"), PictureProblem::NotAPicture);
        assert_eq!(refused(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), PictureProblem::Heic);
        assert_eq!(refused(b"\0\0\0\x18ftypmp42\0\0\0\0isom"), PictureProblem::OtherKind);
        assert_eq!(refused(b"GIF89a"), PictureProblem::OtherKind);
        let mut huge = PNG_START.to_vec();
        put_chunk(&mut huge, b"IHDR", &[0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0]);
        put_chunk(&mut huge, b"IDAT", &[1]);
        put_chunk(&mut huge, b"IEND", &[]);
        assert_eq!(refused(&huge), PictureProblem::TooManyPixels);
    }

    #[test]
    fn a_file_cut_off_anywhere_never_panics() {
        for file in [a_jpeg(), a_png(), a_webp()] {
            for length in 0..file.len() {
                let _ = clean(&file[..length], b"mark");
            }
            for at in 0..file.len() {
                let mut wrong = file.clone();
                wrong[at] ^= 0xFF;
                let _ = clean(&wrong, b"mark");
            }
        }
    }
}
