//! Text messages on mobile networks: which alphabet a text needs, how many parts it takes, what fits a screen.
//!
//! Standards: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table, UCS-2), TS 23.040 (parts), and
//! TS 22.090 for USSD, whose screens hold 160 bytes: 182 characters of GSM-7 or 80 of UCS-2.
//!
//! Deliberately absent: national language shift tables, which handsets and aggregators support unevenly.

/// The alphabet that a text needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Seven bits a character.
    Gsm7,
    /// Two bytes a UTF-16 unit, for the whole text as soon as one character needs it.
    Ucs2,
}

/// How long a text is when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub coding: Coding,
    /// Septets of GSM-7 (the euro sign and brackets take two), or UTF-16 units.
    pub n_units: usize,
    /// Messages the resident gets and the government pays for.
    pub n_parts: usize,
}

/// The GSM 7-bit default alphabet, without the escape.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// What costs two septets: an escape and a character.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The most that fits one screen of USSD.
const SCREEN: [(Coding, usize); 2] = [(Coding::Gsm7, 182), (Coding::Ucs2, 80)];

/// Measures a text as it would be sent.
pub fn size(text: &str) -> Size {
    let coding = coding(text);
    let (alone, joined) = match coding {
        Coding::Gsm7 => (160, 153),
        Coding::Ucs2 => (70, 67),
    };
    let n_units = text.chars().map(|c| units(c, coding)).sum();
    let n_parts = if n_units <= alone {
        1
    } else {
        // A character of two units is never cut in half, so a part may end one short.
        let (mut n_parts, mut filled) = (1, 0);
        for c in text.chars() {
            let more = units(c, coding);
            if filled + more > joined {
                (n_parts, filled) = (n_parts + 1, 0);
            }
            filled += more;
        }
        n_parts
    };
    Size {
        coding,
        n_units,
        n_parts,
    }
}

/// Replaces typographic signs by those that every phone has, so that one quotation mark does not double the price.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '‘' | '’' | '‚' | '′' => out.push('\''),
            '“' | '”' | '„' | '″' | '«' | '»' => out.push('"'),
            '–' | '—' | '‐' | '‑' | '−' => out.push('-'),
            '…' => out.push_str("..."),
            '•' | '·' => out.push('*'),
            '→' => out.push_str("->"),
            '×' => out.push('x'),
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => out.push(' '),
            '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Cuts a text at a word so that it fits one screen of USSD; what was cut is shown by three dots.
pub fn fit_screen(text: &str) -> String {
    let text = plain(text.trim());
    let fits = |text: &str| {
        let size = size(text);
        SCREEN
            .iter()
            .any(|(coding, most)| *coding == size.coding && size.n_units <= *most)
    };
    if fits(&text) {
        return text;
    }
    let ends = text.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
    let shortened = |end: usize| format!("{}...", text[..end].trim_end());
    // The longest cut that fits; dropping the one character outside GSM-7 can make room again, so all are tried.
    let Some(end) = ends.iter().rev().copied().find(|end| fits(&shortened(*end))) else {
        return String::new();
    };
    let at_a_word = text[..end]
        .rfind(char::is_whitespace)
        .filter(|at| *at * 2 > end)
        .unwrap_or(end);
    shortened(at_a_word)
}

fn coding(text: &str) -> Coding {
    if text.chars().all(|c| DEFAULT.contains(c) || EXTENSION.contains(c)) {
        Coding::Gsm7
    } else {
        Coding::Ucs2
    }
}

fn units(c: char, coding: Coding) -> usize {
    match coding {
        Coding::Gsm7 => 1 + usize::from(EXTENSION.contains(c)),
        Coding::Ucs2 => c.len_utf16(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(text: &str) -> (Coding, usize, usize) {
        let size = size(text);
        (size.coding, size.n_units, size.n_parts)
    }

    #[test]
    fn the_default_alphabet_has_127_characters_besides_the_escape() {
        assert_eq!(DEFAULT.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
    }

    #[test]
    fn one_part_holds_160_letters_and_two_hold_306() {
        assert_eq!(measured(&"a".repeat(160)), (Coding::Gsm7, 160, 1));
        assert_eq!(measured(&"a".repeat(161)), (Coding::Gsm7, 161, 2));
        assert_eq!(measured(&"a".repeat(306)), (Coding::Gsm7, 306, 2));
        assert_eq!(measured(&"a".repeat(307)), (Coding::Gsm7, 307, 3));
        assert_eq!(measured(""), (Coding::Gsm7, 0, 1));
    }

    #[test]
    fn a_euro_sign_takes_two_places_and_is_never_cut_in_half() {
        assert_eq!(measured(&"€".repeat(80)), (Coding::Gsm7, 160, 1));
        // 153 is odd, so each part ends one short: 76 signs.
        assert_eq!(measured(&"€".repeat(153)), (Coding::Gsm7, 306, 3));
    }

    #[test]
    fn one_bengali_letter_makes_the_whole_text_ucs2() {
        assert_eq!(measured(&"ক".repeat(70)), (Coding::Ucs2, 70, 1));
        assert_eq!(measured(&"ক".repeat(71)), (Coding::Ucs2, 71, 2));
        assert_eq!(measured(&format!("{}ক", "a".repeat(134))), (Coding::Ucs2, 135, 3));
        // A letter outside the basic plane takes two units and stays in one part.
        assert_eq!(measured(&"😀".repeat(35)), (Coding::Ucs2, 70, 1));
        assert_eq!(measured(&"😀".repeat(67)), (Coding::Ucs2, 134, 3));
    }

    #[test]
    fn danish_and_indonesian_need_no_ucs2_and_accented_vietnamese_does() {
        assert_eq!(size("Vejen på Nørregade er åben").coding, Coding::Gsm7);
        assert_eq!(size("Jalan rusak di Bojonegoro").coding, Coding::Gsm7);
        assert_eq!(size("Đường hỏng").coding, Coding::Ucs2);
    }

    #[test]
    fn typographic_signs_become_those_of_every_phone() {
        let text = plain("“It’s done” – call 181…\u{a0}now");
        assert_eq!(text, "\"It's done\" - call 181... now");
        assert_eq!(size(&text).coding, Coding::Gsm7);
    }

    #[test]
    fn a_screen_holds_182_letters_or_80_of_other_scripts_and_ends_at_a_word() {
        assert_eq!(fit_screen(&"a".repeat(182)).chars().count(), 182);
        let long = "Pilih layanan ".repeat(20);
        let fitted = fit_screen(&long);
        assert!(
            fitted.ends_with("Pilih...") || fitted.ends_with("layanan..."),
            "{fitted}"
        );
        assert!(
            size(&fitted).n_units <= 182 && size(&fitted).n_units > 160,
            "{fitted}"
        );
        let bengali = fit_screen(&"রাস্তা ভাঙা ".repeat(20));
        assert!(
            size(&bengali).n_units <= 80 && bengali.ends_with("..."),
            "{bengali}"
        );
        assert_eq!(fit_screen("  1. Jalan\n2. Air  "), "1. Jalan\n2. Air");
    }
}
