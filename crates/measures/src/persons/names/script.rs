//! Names in plain Latin letters: marks taken off, Devanagari and Bengali letters written as people write them in Latin.
//!
//! This is no scholarly transliteration: long and short vowels fall together, and a short *a* that nobody speaks is left out, because
//! that is how the same person's name stands on the next form.

/// Returns a name as words of the letters a–z with single blanks between; digits and marks are gone.
pub fn latin(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(&letter) = letters.peek() {
        if let Some(script) = Script::of(letter) {
            let mut word = Vec::new();
            while let Some(&next) = letters.peek() {
                if Script::of(next) != Some(script) && next != '\u{200c}' && next != '\u{200d}' {
                    break;
                }
                word.push(next);
                letters.next();
            }
            script.write(&word, &mut written);
        } else {
            letters.next();
            push_latin(letter, &mut written);
        }
    }
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_latin(letter: char, written: &mut String) {
    match letter {
        'a'..='z' => written.push(letter),
        'A'..='Z' => written.push(letter.to_ascii_lowercase()),
        // Nur'aini and Nuraini, Ng'ang'a and Nganga: one word. Combining marks are taken off.
        '\'' | '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2bb}' | '\u{2be}' | '\u{2bf}' => {}
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
        'ß' => written.push_str("ss"),
        'æ' | 'Æ' => written.push_str("ae"),
        'œ' | 'Œ' => written.push_str("oe"),
        'þ' | 'Þ' => written.push_str("th"),
        'ð' | 'Ð' | 'đ' | 'Đ' => written.push('d'),
        'ø' | 'Ø' => written.push('o'),
        'ł' | 'Ł' => written.push('l'),
        'ı' => written.push('i'),
        _ => match bare(letter) {
            Some(bare) => written.push(bare),
            None => written.push(' '),
        },
    }
}

/// The letter under the mark, for the letters that occur in names and in scholarly transliteration.
fn bare(letter: char) -> Option<char> {
    const MARKED: [(char, &str); 22] = [
        ('a', "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
        ('b', "ḃḅ"),
        ('c', "çćĉċč"),
        ('d', "ďḍḏ"),
        ('e', "èéêëēĕėęěẹẻẽếềểễệ"),
        ('f', "ḟ"),
        ('g', "ĝğġģǵḡ"),
        ('h', "ĥħḥḫẖ"),
        ('i', "ìíîïĩīĭįǐịỉ"),
        ('j', "ĵǰ"),
        ('k', "ķḳḵ"),
        ('l', "ĺļľḷḹ"),
        ('m', "ṁṃ"),
        ('n', "ñńņňṅṇṉ"),
        ('o', "òóôõöōŏőǒọỏốồổỗộớờởỡợơ"),
        ('r', "ŕŗřṛṝṟ"),
        ('s', "śŝşšșṣ"),
        ('t', "ţťțṭṯ"),
        ('u', "ùúûüũūŭůűųǔụủứừửữựư"),
        ('w', "ŵẁẃẅ"),
        ('y', "ýÿŷỳỵỷỹ"),
        ('z', "źżžẓẕ"),
    ];
    let lower = letter.to_lowercase().next()?;
    MARKED
        .iter()
        .find(|(_, marked)| marked.contains(lower))
        .map(|(bare, _)| *bare)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Devanagari,
    Bengali,
}

/// A letter of a script that writes syllables.
enum Sign {
    Consonant(&'static str),
    Vowel(&'static str),
    /// Takes the place of the *a* within the consonant before.
    Matra(&'static str),
    /// Silences the *a* within the consonant before.
    Silence,
    /// A dot that makes another consonant of the one before.
    Dot,
    Nasal,
    Breath,
    Other,
}

/// A sound of a word; `is_inherent` marks an *a* that no sign wrote.
struct Sound {
    text: &'static str,
    is_vowel: bool,
    is_inherent: bool,
}

impl Script {
    fn of(letter: char) -> Option<Script> {
        match letter {
            '\u{964}' | '\u{965}' | '\u{970}' => None,
            '\u{900}'..='\u{97f}' => Some(Script::Devanagari),
            '\u{980}'..='\u{9ff}' => Some(Script::Bengali),
            _ => None,
        }
    }

    fn write(self, word: &[char], written: &mut String) {
        let mut sounds: Vec<Sound> = Vec::new();
        let mut is_open = false;
        for letter in word {
            let sign = match self {
                Script::Devanagari => devanagari(*letter),
                Script::Bengali => bengali(*letter),
            };
            let wants_vowel = is_open && !matches!(sign, Sign::Matra(_) | Sign::Silence | Sign::Dot);
            if wants_vowel {
                sounds.push(Sound {
                    text: "a",
                    is_vowel: true,
                    is_inherent: true,
                });
            }
            let spoken = |text, is_vowel| Sound {
                text,
                is_vowel,
                is_inherent: false,
            };
            match sign {
                Sign::Consonant(text) => sounds.push(spoken(text, false)),
                Sign::Vowel(text) | Sign::Matra(text) => sounds.push(spoken(text, true)),
                Sign::Nasal => sounds.push(spoken("n", false)),
                Sign::Breath => sounds.push(spoken("h", false)),
                Sign::Dot => {
                    if let Some(last) = sounds.last_mut() {
                        last.text = self.dotted(last.text);
                    }
                }
                Sign::Silence | Sign::Other => {}
            }
            is_open = match sign {
                Sign::Consonant(_) => true,
                Sign::Dot => is_open,
                _ => false,
            };
        }
        // The a of the last consonant is spoken only after two consonants: Ram, but Krishna.
        let ends_in_cluster = sounds.len() > 1 && !sounds[sounds.len() - 2].is_vowel;
        if is_open && (ends_in_cluster || sounds.len() == 1) {
            sounds.push(Sound {
                text: "a",
                is_vowel: true,
                is_inherent: true,
            });
        }
        drop_silent(&mut sounds);
        for (i, sound) in sounds.iter().enumerate() {
            let next = sounds.get(i + 1).map_or("", |next| next.text);
            let is_lip = next.starts_with(['p', 'b', 'm', 'f']);
            written.push_str(if sound.text == "n" && is_lip {
                "m"
            } else {
                sound.text
            });
        }
    }

    /// The consonant that a dot below makes of another.
    fn dotted(self, consonant: &'static str) -> &'static str {
        match (self, consonant) {
            (Script::Bengali, "j") => "y",
            (Script::Devanagari, "j") => "z",
            (_, "d") => "r",
            (_, "dh") => "rh",
            (_, "ph") => "f",
            (_, same) => same,
        }
    }
}

/// Leaves out the unwritten *a* between two consonants that both have a vowel on their other side: Salma, not Salama.
fn drop_silent(sounds: &mut Vec<Sound>) {
    let mut i = sounds.len();
    while i > 0 {
        i -= 1;
        let vowel_at = |j: usize| sounds.get(j).is_some_and(|sound| sound.is_vowel);
        let consonant_at = |j: usize| sounds.get(j).is_some_and(|sound| !sound.is_vowel);
        let is_silent = sounds[i].is_inherent
            && i >= 2
            && consonant_at(i - 1)
            && vowel_at(i - 2)
            && consonant_at(i + 1)
            && vowel_at(i + 2);
        if is_silent {
            sounds.remove(i);
        }
    }
}

fn devanagari(letter: char) -> Sign {
    match letter {
        'क' | '\u{958}' => Sign::Consonant("k"),
        'ख' | '\u{959}' => Sign::Consonant("kh"),
        'ग' | '\u{95a}' => Sign::Consonant("g"),
        'घ' => Sign::Consonant("gh"),
        'च' => Sign::Consonant("ch"),
        'छ' => Sign::Consonant("chh"),
        'ज' => Sign::Consonant("j"),
        '\u{95b}' => Sign::Consonant("z"),
        'झ' => Sign::Consonant("jh"),
        'ट' | 'त' => Sign::Consonant("t"),
        'ठ' | 'थ' => Sign::Consonant("th"),
        'ड' | 'द' => Sign::Consonant("d"),
        'ढ' | 'ध' => Sign::Consonant("dh"),
        '\u{95c}' | 'र' | 'ऱ' => Sign::Consonant("r"),
        '\u{95d}' => Sign::Consonant("rh"),
        'ङ' | 'ञ' | 'ण' | 'न' | 'ऩ' => Sign::Consonant("n"),
        'प' => Sign::Consonant("p"),
        'फ' => Sign::Consonant("ph"),
        '\u{95e}' => Sign::Consonant("f"),
        'ब' => Sign::Consonant("b"),
        'भ' => Sign::Consonant("bh"),
        'म' => Sign::Consonant("m"),
        'य' | '\u{95f}' => Sign::Consonant("y"),
        'ल' | 'ळ' => Sign::Consonant("l"),
        'व' => Sign::Consonant("v"),
        'श' | 'ष' => Sign::Consonant("sh"),
        'स' => Sign::Consonant("s"),
        'ह' => Sign::Consonant("h"),
        'अ' | 'आ' => Sign::Vowel("a"),
        'इ' | 'ई' => Sign::Vowel("i"),
        'उ' | 'ऊ' => Sign::Vowel("u"),
        'ऋ' => Sign::Vowel("ri"),
        'ए' | 'ऍ' => Sign::Vowel("e"),
        'ऐ' => Sign::Vowel("ai"),
        'ओ' | 'ऑ' => Sign::Vowel("o"),
        'औ' => Sign::Vowel("au"),
        'ा' => Sign::Matra("a"),
        'ि' | 'ी' => Sign::Matra("i"),
        'ु' | 'ू' => Sign::Matra("u"),
        'ृ' => Sign::Matra("ri"),
        'े' | 'ॅ' => Sign::Matra("e"),
        'ै' => Sign::Matra("ai"),
        'ो' | 'ॉ' => Sign::Matra("o"),
        'ौ' => Sign::Matra("au"),
        '्' => Sign::Silence,
        '़' => Sign::Dot,
        'ं' | 'ँ' => Sign::Nasal,
        'ः' => Sign::Breath,
        _ => Sign::Other,
    }
}

fn bengali(letter: char) -> Sign {
    match letter {
        'ক' => Sign::Consonant("k"),
        'খ' => Sign::Consonant("kh"),
        'গ' => Sign::Consonant("g"),
        'ঘ' => Sign::Consonant("gh"),
        'চ' => Sign::Consonant("ch"),
        'ছ' => Sign::Consonant("chh"),
        'জ' | 'য' => Sign::Consonant("j"),
        'ঝ' => Sign::Consonant("jh"),
        'ট' | 'ত' | 'ৎ' => Sign::Consonant("t"),
        'ঠ' | 'থ' => Sign::Consonant("th"),
        'ড' | 'দ' => Sign::Consonant("d"),
        'ঢ' | 'ধ' => Sign::Consonant("dh"),
        'র' | '\u{9dc}' | 'ৰ' => Sign::Consonant("r"),
        '\u{9dd}' => Sign::Consonant("rh"),
        'ঙ' | 'ং' => Sign::Nasal,
        'ঞ' | 'ণ' | 'ন' => Sign::Consonant("n"),
        'প' => Sign::Consonant("p"),
        'ফ' => Sign::Consonant("f"),
        'ব' | 'ৱ' => Sign::Consonant("b"),
        'ভ' => Sign::Consonant("bh"),
        'ম' => Sign::Consonant("m"),
        '\u{9df}' => Sign::Consonant("y"),
        'ল' => Sign::Consonant("l"),
        'শ' | 'ষ' => Sign::Consonant("sh"),
        'স' => Sign::Consonant("s"),
        'হ' => Sign::Consonant("h"),
        'অ' | 'আ' => Sign::Vowel("a"),
        'ই' | 'ঈ' => Sign::Vowel("i"),
        'উ' | 'ঊ' => Sign::Vowel("u"),
        'ঋ' => Sign::Vowel("ri"),
        'এ' => Sign::Vowel("e"),
        'ঐ' => Sign::Vowel("oi"),
        'ও' => Sign::Vowel("o"),
        'ঔ' => Sign::Vowel("ou"),
        'া' => Sign::Matra("a"),
        'ি' | 'ী' => Sign::Matra("i"),
        'ু' | 'ূ' => Sign::Matra("u"),
        'ৃ' => Sign::Matra("ri"),
        'ে' => Sign::Matra("e"),
        'ৈ' => Sign::Matra("oi"),
        'ো' => Sign::Matra("o"),
        'ৌ' => Sign::Matra("ou"),
        '্' => Sign::Silence,
        '়' => Sign::Dot,
        'ঃ' => Sign::Breath,
        _ => Sign::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devanagari_is_written_as_people_write_it() {
        for (name, expected) in [
            ("राम", "ram"),
            ("कृष्ण", "krishna"),
            ("सलमा", "salma"),
            ("लक्ष्मी", "lakshmi"),
            ("सीता देवी", "sita devi"),
            ("मोहम्मद अंसारी", "mohammad ansari"),
            ("ज़ाहिद", "zahid"),
            ("भीम बहादुर थापा", "bhim bahadur thapa"),
            ("अम्बिका", "ambika"),
        ] {
            assert_eq!(latin(name), expected, "{name}");
        }
    }

    #[test]
    fn bengali_is_written_as_people_write_it() {
        for (name, expected) in [
            ("ফাতেমা খাতুন", "fatema khatun"),
            ("রহিম", "rahim"),
            ("মোঃ করিম", "moh karim"),
            ("সালমা বেগম", "salma begam"),
        ] {
            assert_eq!(latin(name), expected, "{name}");
        }
    }

    #[test]
    fn marks_and_apostrophes_go_and_dots_part_words() {
        assert_eq!(latin("  Nur'Aini  binti H.Ahmad "), "nuraini binti h ahmad");
        assert_eq!(latin("Ng’ang’a Kĩmani"), "nganga kimani");
        assert_eq!(latin("Śrī-Rāma 2"), "sri rama");
        assert_eq!(latin("李雷"), "");
        assert_eq!(latin("123"), "");
    }
}
