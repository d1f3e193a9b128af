//! Numbers with a unit beside them: a currency before, a word or a sign behind.
//!
//! A number with a word behind it may as well be a house (`12 A`), a day (`12 Nov`) or a neighbourhood (`7 RT`), and as a number it
//! would be lost: a word that is not known as a unit has to earn it, and one that speaks for a code never does.

use super::{NumberStyle, numbers};

/// Signs and short names of currencies as they stand before an amount; a longer one before its own beginning.
const HEADS: [&str; 17] = [
    "Rp.", "Rp", "IDR", "US$", "USD", "$", "EUR", "€", "GBP", "£", "INR", "₹", "Rs.", "Rs", "KSh", "KZT", "₸",
];
/// Bytes of the longest unit, head and tail together.
const LONGEST: usize = 24;

/// Units of one letter or sign, which are only what they are in this case: `m` is a metre, and `M` a thousand million.
const LETTERS: [&str; 9] = ["%", "‰", "°", "M", "m", "g", "l", "t", "€"];
/// Letters that are units as well as the second half of a house's number, so that fractions have to tell.
const DOUBTFUL_LETTERS: [&str; 2] = ["T", "L"];
/// Words of units in lower case, by what they measure: shares, money, how many times, lengths and areas, weights and volumes, people,
/// things, time, the rest.
const WORDS: [&str; 9] = [
    "persen percent permil poin point points",
    "rp rupiah idr usd eur euro gbp dolar dollar dollars inr rupee rupees ksh shilling shillings kzt tenge",
    "rb ribu jt juta miliar milyar milliar mrd triliun trilyun thousand mio mn mln million millions bn billion billions tn trillion \
     lakh crore тыс млн млрд трлн",
    "mm cm km meter metre meters metres kilometer kilometre kilometers kilometres m2 m3 cm2 mm2 km2 ha hektar hektare hectare hectares \
     acre acres",
    "mg kg gr gram kilogram ku kuintal kwintal ton tons tonne tonnes ml ltr liter litre liters litres kl µg μg",
    "orang jiwa kk ruta penduduk siswa murid guru pasien balita bayi ibu anak pekerja person persons people household households",
    "unit units buah ekor batang pohon butir lembar paket kasus kali dosis dokumen kegiatan kelompok desa kelurahan kecamatan sekolah \
     item items pcs",
    "detik menit jam hari minggu bulan tahun second seconds minute minutes hour hours day days week weeks month months year years",
    "°c °f kw kwh mw mwh gw gwh kv kva watt volt hz khz mhz ghz kb mb gb tb mbps db ppm ppb",
];
/// Units of two words.
const PHRASES: [&str; 3] = ["rumah tangga", "kepala keluarga", "dolar as"];
/// Words that make of a number a date, a time, a place in a row or in a street: months, parts of the day, eras, addresses, ordinals.
const CODES: [&str; 5] = [
    "jan feb peb mar apr mei may jun jul agu agt ags agust aug sep sept okt oct nov nop des dec januari februari pebruari maret april \
     juni juli agustus september oktober november nopember desember january february march june july august october december",
    "wib wita wit am pm pagi siang sore malam uhr utc gmt",
    "masehi hijriah hijriyah ad bc ce bce sm",
    "rt rw no nomor blok block gang gg jalan jl jln kavling kav lantai lane street st road rd avenue ave floor barat timur utara selatan \
     tengah dalam ilir ulu north south east west bis",
    "nd th",
];

/// What stands before and behind a number, without blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    bytes: [u8; LONGEST],
    n_head: u8,
    n_tail: u8,
}

/// How far what stands beside numbers is believed to be a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everybody knows it.
    Known,
    /// A unit where numbers have fractions or thousands.
    Doubtful,
    /// Some word: a unit where, besides, many different numbers have it.
    Word,
    /// No unit, whatever the numbers.
    Code,
}

impl Unit {
    fn new(head: &[u8], tail: &[u8]) -> Option<Unit> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..head.len())?.copy_from_slice(head);
        let rest = bytes.get_mut(head.len()..head.len() + tail.len())?;
        rest.copy_from_slice(tail);
        Some(Unit {
            bytes,
            n_head: head.len() as u8,
            n_tail: tail.len() as u8,
        })
    }

    pub fn has_head(&self) -> bool {
        self.n_head > 0
    }

    /// The unit as a reader sees it, such as `M`, `%` or `Rp M`; `decode` turns bytes of the file into text.
    pub fn text(&self, decode: impl Fn(&[u8]) -> String) -> String {
        let (head, tail) = self.parts();
        let blank = if head.is_empty() || tail.is_empty() {
            ""
        } else {
            " "
        };
        format!("{}{blank}{}", decode(head), decode(tail))
    }

    /// How far it is believed; a currency says that an amount follows, whatever stands behind it.
    pub fn standing(&self) -> Standing {
        let (head, tail) = self.parts();
        let standing = if tail.is_empty() {
            Standing::Known
        } else {
            standing_of(&plain(tail))
        };
        match standing {
            Standing::Code => Standing::Code,
            _ if !head.is_empty() => Standing::Known,
            standing => standing,
        }
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        let (head, rest) = self.bytes.split_at(usize::from(self.n_head));
        (head, &rest[..usize::from(self.n_tail)])
    }
}

/// A value taken apart.
pub struct Parts<'a> {
    pub number: &'a [u8],
    pub unit: Unit,
    /// Whether the sign stands before the head: `-Rp 5`.
    is_negative: bool,
}

/// Takes a value apart that has something beside a number, and begins and ends without blanks; none where there is nothing or no digit.
pub fn part(value: &[u8]) -> Option<Parts<'_>> {
    let unsigned = value.strip_prefix(b"-").unwrap_or(value);
    let head = HEADS
        .iter()
        .find(|head| unsigned.starts_with(head.as_bytes()))
        .map(|head| head.as_bytes())
        .unwrap_or_default();
    // Without a head the sign is the number's own.
    let is_negative = !head.is_empty() && unsigned.len() < value.len();
    let rest = if head.is_empty() {
        value
    } else {
        after_blanks(&unsigned[head.len()..])
    };
    let n_sign = usize::from(rest.starts_with(b"-"));
    let n_digits = rest[n_sign..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || matches!(c, b'.' | b','))
        .count();
    let (number, behind) = rest.split_at(n_sign + n_digits);
    let is_whole_number = number.get(n_sign).is_some_and(u8::is_ascii_digit)
        && number.last().is_some_and(u8::is_ascii_digit)
        && !(is_negative && n_sign > 0);
    if !is_whole_number {
        return None;
    }
    let tail = after_blanks(behind);
    let has_blank = tail.len() < behind.len();
    let fits = match tail {
        [] => !head.is_empty(),
        [b'%'] => true,
        [first, rest @ ..] => {
            has_blank && is_letter(first) && (rest.iter().all(is_part_of_word) || is_phrase(tail))
        }
    };
    let unit = Unit::new(head, tail).filter(|_| fits)?;
    Some(Parts {
        number,
        unit,
        is_negative,
    })
}

/// The number of a value with a unit.
pub fn measure(value: &str, style: NumberStyle) -> Option<f64> {
    let parts = part(value.trim().as_bytes())?;
    let number = numbers::decimal(std::str::from_utf8(parts.number).ok()?, style)?;
    Some(if parts.is_negative { -number } else { number })
}

/// What the text behind a number is; units over one another, such as `kg/ha`, are as good as each of them.
fn standing_of(text: &str) -> Standing {
    let small = text.to_lowercase();
    if CODES.iter().any(|words| holds(words, &small)) {
        return Standing::Code;
    }
    if text.split('/').all(is_unit) || is_phrase(text.as_bytes()) {
        return Standing::Known;
    }
    let mut letters = text.chars().filter(|letter| letter.is_alphabetic());
    let is_one_letter = letters.next().is_some() && letters.next().is_none();
    if DOUBTFUL_LETTERS.contains(&text) {
        Standing::Doubtful
    } else if is_one_letter {
        Standing::Code
    } else {
        Standing::Word
    }
}

/// Whether a text is a unit that everybody knows, in one word.
fn is_unit(text: &str) -> bool {
    let small = text.to_lowercase();
    LETTERS.contains(&text) || WORDS.iter().any(|words| holds(words, &small))
}

/// Whether a tail of two words is a unit: one that is known as such, or so many thousands of another.
fn is_phrase(tail: &[u8]) -> bool {
    // Nearly every tail ends here.
    if !tail.contains(&b' ') {
        return false;
    }
    let text = plain(tail);
    let is_pair = text.split_once(' ').is_some_and(|(first, second)| {
        first.len() > 1 && second.len() > 1 && is_unit(first) && is_unit(second)
    });
    is_pair || PHRASES.contains(&text.to_lowercase().as_str())
}

/// Whether a word stands in a list of words with blanks between.
fn holds(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// A tail as text with figures for raised ones and without the point of an abbreviation, whether the file is in UTF-8 or Windows-1252.
fn plain(tail: &[u8]) -> String {
    let text = match std::str::from_utf8(tail) {
        Ok(text) => text.to_owned(),
        Err(_) => tail.iter().map(|byte| char::from(*byte)).collect(),
    };
    let text = text.replace('²', "2").replace('³', "3");
    text.trim_end_matches('.').to_owned()
}

/// Blanks, and those that do not break a line, in UTF-8 and in Windows-1252.
fn after_blanks(mut value: &[u8]) -> &[u8] {
    const BLANKS: [&[u8]; 5] = [b" ", b"\t", b"\xc2\xa0", b"\xe2\x80\xaf", b"\xa0"];
    while let Some(rest) = BLANKS.iter().find_map(|blank| value.strip_prefix(*blank)) {
        value = rest;
    }
    value
}

/// Whether a byte is a letter, or a part of one beyond ASCII in whatever encoding.
fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

fn is_part_of_word(byte: &u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'%' | b'$')
}
