//! Which columns of decimals are columns of codes: as numbers `1.1` and `1.10` would become one.
//! Which columns of numbers with some word beside them are, too.

use super::guess::Facts;

/// Words in a column's name that say its values are numbers of houses or days, where a word stands beside them.
const NUMBERED: &str = "alamat rumah jalan blok kavling address house street tanggal tgl hari bulan date day month pukul jam time";
/// Words in a column's name that say codes stand in it.
const CODES: &str = "kode code id nomor no nr goal indicator rekening akun";
/// Words that name a code or a measure, so that the values decide.
const EITHER: &str = "target sasaran tujuan";
/// Words that say a column measures what the other words of its name are about: `indicator value`.
const MEASURES: &str = "value nilai percent percentage persen persentase rate ratio rasio share score skor index indeks mean average \
                        rata total jumlah";
/// Words in a column's name that say coordinates stand in it.
const COORDINATES: &str = "lat lon lng latitude longitude lintang bujur x y";

/// Whether a column's name and the shape of its values say that these are codes.
pub fn are_named(name: &str, facts: &Facts) -> bool {
    if !facts.is_like_codes() {
        return false;
    }
    let words = words(name);
    if has(&words, MEASURES) {
        return false;
    }
    let names_codes = has(&words, CODES);
    (names_codes && facts.is_like_short_codes())
        || ((names_codes || has(&words, EITHER)) && facts.has_uneven_zeros())
}

/// Whether a column's name says that the word beside its numbers is no unit; of a known unit no name says so.
pub fn are_numbered(name: &str, facts: &Facts) -> bool {
    let words = words(name);
    facts.has_word_for_unit() && !has(&words, MEASURES) && (has(&words, CODES) || has(&words, NUMBERED))
}

/// Whether a column's name says that coordinates stand in it.
pub fn are_coordinates(name: &str) -> bool {
    has(&words(name), COORDINATES)
}

fn has(words: &[String], known: &str) -> bool {
    known
        .split(' ')
        .any(|known| words.iter().any(|word| word == known))
}

/// The words of a name in lower case, parted where no letter stands and where camel case does: `KodeSKPD`, `goal_id`, `IDKegiatan`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let starts = letter.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || before.is_some_and(char::is_uppercase)
                    && letters.get(at + 1).is_some_and(|next| next.is_lowercase()));
        if (starts || !letter.is_alphabetic()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphabetic() {
            word.extend(letter.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_codes(name: &str, values: &[&str]) -> bool {
        let mut facts = Facts::default();
        values.iter().for_each(|value| facts.see(value.as_bytes()));
        are_named(name, &facts)
    }

    #[test]
    fn a_name_is_parted_into_words() {
        assert_eq!(words("kode_urusan"), ["kode", "urusan"]);
        assert_eq!(words("KodeSKPD"), ["kode", "skpd"]);
        assert_eq!(words("IDKegiatan 2"), ["id", "kegiatan"]);
        assert_eq!(words("No."), ["no"]);
        assert_eq!(words("Indicator (%)"), ["indicator"]);
        assert!(words("2021").is_empty());
    }

    #[test]
    fn short_decimals_under_the_name_of_a_code_are_codes() {
        for name in [
            "kode_urusan",
            "KODE",
            "goalId",
            "No.",
            "Nomor urut",
            "indicator",
            "Kode Rekening",
        ] {
            assert!(are_codes(name, &["7.01", "4.1"]), "{name}");
        }
        assert!(!are_codes("kode", &["7.01", "4"]));
        assert!(!are_codes("kode", &["7.01", "104.1"]));
        assert!(!are_codes("kode", &["7.01", "4.125"]));
        assert!(are_codes("kode", &["7.01", "4.120"]), "a zero that others lack");
    }

    #[test]
    fn a_name_of_codes_or_addresses_speaks_against_a_word_that_is_no_known_unit() {
        let are_numbered = |name: &str, word: &str| {
            let mut facts = Facts::default();
            (0..30).for_each(|n| facts.see(format!("{n},5 {word}").as_bytes()));
            are_numbered(name, &facts)
        };
        for name in ["Nomor rumah", "kode", "alamat", "tanggal_lahir"] {
            assert!(are_numbered(name, "Kemuning"), "{name}");
            assert!(!are_numbered(name, "kg"), "{name}");
        }
        assert!(!are_numbered("hasil panen", "Kemuning"));
        assert!(!are_numbered("jumlah per rumah", "Kemuning"));
    }

    #[test]
    fn measures_stay_numbers_whatever_their_zeros() {
        for name in [
            "persentase",
            "notes",
            "idea",
            "indicator value",
            "Nilai indikator",
            "kodein rate",
            "",
        ] {
            assert!(!are_codes(name, &["12.5", "3.10"]), "{name}");
        }
        assert!(!are_codes("target", &["12.5", "3.1"]));
        assert!(are_codes("SDG target", &["8.1", "8.10"]));
    }
}
