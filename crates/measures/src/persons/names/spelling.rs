//! How names are spelled in each language: which letters stand for the same sound, which words are titles, which say little.

use super::Language;

/// One letter group and what is written for it.
struct Rule {
    from: &'static str,
    to: &'static str,
    at: At,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Anywhere,
    Start,
    End,
    /// Before e, i or y.
    BeforeSoft,
}

const fn rule(from: &'static str, to: &'static str) -> Rule {
    Rule {
        from,
        to,
        at: At::Anywhere,
    }
}

const fn start(from: &'static str, to: &'static str) -> Rule {
    Rule {
        from,
        to,
        at: At::Start,
    }
}

const fn end(from: &'static str, to: &'static str) -> Rule {
    Rule {
        from,
        to,
        at: At::End,
    }
}

const fn soft(from: &'static str, to: &'static str) -> Rule {
    Rule {
        from,
        to,
        at: At::BeforeSoft,
    }
}

/// Spelling before 1947 and 1972 (Van Ophuijsen, Suwandi) and since; and letters that one ear hears alike: f and p, z and s, kh and h.
const INDONESIAN: &[Rule] = &[
    rule("oe", "u"),
    rule("dj", "y"),
    rule("tj", "c"),
    rule("sj", "s"),
    rule("sy", "s"),
    rule("nj", "ny"),
    rule("ch", "h"),
    rule("kh", "h"),
    rule("sh", "s"),
    rule("dz", "d"),
    rule("dl", "d"),
    rule("dh", "d"),
    rule("th", "t"),
    rule("bh", "b"),
    rule("gh", "g"),
    rule("ae", "ai"),
    rule("ei", "ai"),
    rule("ie", "i"),
    rule("uw", "u"),
    rule("aw", "au"),
    rule("ow", "au"),
    rule("j", "y"),
    rule("q", "k"),
    rule("x", "ks"),
    rule("v", "p"),
    rule("f", "p"),
    rule("z", "s"),
    end("h", ""),
];

/// Afterwards, when old j and new y are one letter: Rijadi, Riyadi and Riadi.
const INDONESIAN_GLIDES: &[Rule] = &[rule("iy", "i"), rule("ay", "ai"), rule("ey", "ai")];

/// Bantu and Nilotic names as Kenyan offices write them: l and r, prenasals, c and ch.
const SWAHILI: &[Rule] = &[
    rule("ng", "g"),
    rule("nj", "j"),
    rule("nd", "d"),
    rule("mb", "b"),
    rule("ch", "c"),
    rule("sh", "s"),
    rule("th", "t"),
    rule("dh", "d"),
    rule("gh", "g"),
    rule("kh", "h"),
    rule("oo", "o"),
    rule("ee", "e"),
    rule("ii", "i"),
    rule("uu", "u"),
    rule("ou", "o"),
    rule("ai", "e"),
    rule("iy", "i"),
    rule("uw", "u"),
    rule("l", "r"),
    rule("v", "b"),
    rule("f", "b"),
    rule("q", "k"),
    rule("z", "s"),
    rule("y", "i"),
    end("h", ""),
];

/// Names of North India and Nepal: aspirates, long vowels, s and sh, v, w and b, the last a.
const HINDI: &[Rule] = &[
    rule("chh", "c"),
    rule("ksh", "ks"),
    rule("kh", "k"),
    rule("gh", "g"),
    rule("ch", "c"),
    rule("jh", "j"),
    rule("th", "t"),
    rule("dh", "d"),
    rule("ph", "p"),
    rule("bh", "b"),
    rule("sh", "s"),
    rule("rh", "r"),
    rule("gy", "g"),
    rule("jn", "g"),
    rule("ck", "k"),
    rule("aa", "a"),
    rule("ee", "i"),
    rule("ii", "i"),
    rule("oo", "u"),
    rule("uu", "u"),
    rule("ou", "u"),
    rule("au", "o"),
    rule("ai", "e"),
    rule("ay", "e"),
    rule("iy", "i"),
    rule("x", "ks"),
    rule("q", "k"),
    rule("w", "b"),
    rule("v", "b"),
    rule("f", "p"),
    rule("z", "j"),
    end("ah", ""),
    end("a", ""),
    end("y", "i"),
    end("h", ""),
];

/// Bengali names: as in Hindi, and o for a, j for z and y, ph for f.
const BENGALI: &[Rule] = &[
    rule("chh", "s"),
    rule("ksh", "k"),
    rule("kkh", "k"),
    rule("kh", "k"),
    rule("gh", "g"),
    rule("ch", "c"),
    rule("jh", "j"),
    rule("th", "t"),
    rule("dh", "d"),
    rule("ph", "p"),
    rule("bh", "b"),
    rule("sh", "s"),
    rule("rh", "r"),
    rule("aa", "a"),
    rule("ee", "i"),
    rule("oo", "u"),
    rule("ou", "u"),
    rule("oi", "e"),
    rule("ai", "e"),
    rule("ay", "e"),
    rule("iy", "i"),
    rule("x", "ks"),
    rule("q", "k"),
    rule("w", "b"),
    rule("v", "b"),
    rule("f", "p"),
    rule("z", "j"),
    start("y", "j"),
    rule("o", "a"),
    end("ah", "a"),
    end("y", "i"),
    end("h", ""),
];

/// English names by sound, after the manner of Metaphone (L. Philips, "Hanging on the Metaphone", *Computer Language* 7(12), 1990).
const ENGLISH: &[Rule] = &[
    start("kn", "n"),
    start("gn", "n"),
    start("wr", "r"),
    start("wh", "w"),
    start("ps", "s"),
    start("x", "s"),
    rule("tch", "c"),
    rule("sch", "sk"),
    rule("dge", "j"),
    rule("ght", "t"),
    rule("ph", "f"),
    rule("ck", "k"),
    rule("sh", "s"),
    rule("ch", "c"),
    rule("th", "t"),
    rule("gh", "g"),
    rule("rh", "r"),
    rule("qu", "kw"),
    rule("oo", "u"),
    rule("ee", "i"),
    rule("ea", "i"),
    rule("ie", "i"),
    rule("ey", "i"),
    rule("ai", "e"),
    rule("ay", "e"),
    rule("ou", "u"),
    soft("c", "s"),
    rule("c", "k"),
    rule("q", "k"),
    rule("x", "ks"),
    rule("z", "s"),
    rule("v", "f"),
    end("e", ""),
    end("y", "i"),
];

/// Where nobody says which language it is: what nearly all of them hear alike.
const ANY: &[Rule] = &[
    rule("ph", "f"),
    rule("sh", "s"),
    rule("ch", "s"),
    rule("th", "t"),
    rule("dh", "d"),
    rule("bh", "b"),
    rule("gh", "g"),
    rule("kh", "k"),
    rule("ck", "k"),
    rule("oe", "u"),
    rule("oo", "u"),
    rule("ou", "u"),
    rule("ee", "i"),
    rule("ai", "e"),
    rule("ay", "e"),
    rule("ei", "e"),
    rule("q", "k"),
    rule("c", "k"),
    rule("x", "ks"),
    rule("z", "s"),
    rule("v", "f"),
    rule("y", "i"),
    end("h", ""),
];

/// Words before or after a name that are no part of it, in all languages.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "dr", "prof", "rev", "jr", "sr", "late", "alias", "als", "alm", "almh",
];

const INDONESIAN_TITLES: &[&str] = &[
    "h", "hj", "haji", "hajah", "hajjah", "drs", "dra", "drg", "drh", "ir", "kh", "ust", "ustad", "ustadz",
    "ustadzah", "kyai", "kiai", "bapak", "bpk", "ibu", "sdr", "sdri", "tn", "ny", "nn", "bin", "binti", "bt",
    "bte", "b", "se", "sh", "spd", "mpd", "ssos", "skom", "ssi", "sip", "skm", "amd", "sag", "mm", "msi",
];

const SWAHILI_TITLES: &[&str] = &[
    "mzee", "mama", "baba", "bwana", "bi", "ndugu", "wa", "arap", "ole", "bin", "binti", "bint",
];

const SOUTH_ASIAN_TITLES: &[&str] = &[
    "shri", "shree", "sri", "smt", "shrimati", "srimati", "sushri", "shrimaan", "mst", "mosammat",
    "musammat", "mosammad", "most", "mosa", "musa", "mosamat", "alhaj", "haji", "hazi", "ji", "bin", "binte",
];

/// Letters that follow a comma in Indonesia: degrees.
const LONGEST_DEGREE: usize = 4;

/// All the ways to write Muhammad, in full and cut short, as forms have it.
const MUHAMMAD: &[&str] = &[
    "muhammad",
    "muhamad",
    "muhammed",
    "muhamed",
    "mohammad",
    "mohamad",
    "mohammed",
    "mohamed",
    "mohamud",
    "mohammod",
    "mohamod",
    "mahammad",
    "mahamad",
    "muhamat",
    "mochamad",
    "mochammad",
    "muchamad",
    "muchammad",
    "mokhamad",
    "mokhammad",
    "mukhamad",
    "mukhammad",
    "muh",
    "moh",
    "md",
    "mohd",
    "muhd",
    "mhd",
    "moch",
    "much",
    "mokh",
    "mo",
];

const ABDUL: &[&str] = &[
    "abd", "abdu", "abdul", "abdoel", "abdur", "abdus", "abdool", "abdel",
];

/// Words that so many people carry, or add and leave out as they like, that to share one says little.
const COMMON: &[&str] = &[
    "muhamad", "abdul", "siti", "sitti", "sri", "dewi", "nur", "noer", "ahmad", "achmad", "akhmad", "al",
    "el", "begum", "khatun", "khatoon", "khanam", "khanom", "bibi", "akter", "akhter", "aktar", "akhtar",
    "kumar", "kumari", "devi", "debi", "bai", "bahadur", "prasad", "lal", "singh", "kaur", "sheikh",
    "shaikh", "sk", "uddin", "ud", "din", "ali", "ibn",
];

/// Takes titles off and puts one word for many where people cut it short; `names` are words of [`super::script::latin`].
pub fn without_titles(latin: &str, language: Language) -> Vec<String> {
    let titles: &[&str] = match language {
        Language::Indonesian => INDONESIAN_TITLES,
        Language::Swahili => SWAHILI_TITLES,
        Language::Hindi | Language::Bengali | Language::Nepali => SOUTH_ASIAN_TITLES,
        Language::English | Language::Any => &[],
    };
    let is_title = |word: &&str| TITLES.contains(word) || titles.contains(word);
    let words: Vec<&str> = latin.split(' ').filter(|word| !word.is_empty()).collect();
    let kept: Vec<&str> = words.iter().copied().filter(|word| !is_title(word)).collect();
    // Somebody may be called Ibu or Bi and nothing else.
    let kept = if kept.is_empty() { words } else { kept };
    kept.into_iter()
        .map(|word| in_full(word, language).to_owned())
        .collect()
}

/// Cuts degrees off that follow a comma where people write them so: `Siti Aminah, S.Pd., M.M.`
pub fn before_degrees(text: &str, language: Language) -> &str {
    if language != Language::Indonesian {
        return text;
    }
    let Some((name, after)) = text.split_once(',') else {
        return text;
    };
    let is_degree = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() <= LONGEST_DEGREE;
    let are_degrees = after.split([',', ' ', '.']).all(is_degree);
    if are_degrees && name.chars().any(char::is_alphabetic) {
        name
    } else {
        text
    }
}

fn in_full(word: &str, language: Language) -> &str {
    // Elsewhere md is a physician and mo a name of its own.
    let is_short_known = !matches!(language, Language::English | Language::Any) || word.len() > 4;
    if is_short_known && MUHAMMAD.contains(&word) {
        "muhamad"
    } else if ABDUL.contains(&word) {
        "abdul"
    } else {
        word
    }
}

/// Tells whether to share this word says little about two people.
pub fn is_common(word: &str) -> bool {
    COMMON.contains(&word)
}

/// Writes a word as it sounds: one spelling for all spellings of the same sounds.
pub fn sound(word: &str, language: Language) -> String {
    let rules = match language {
        Language::Indonesian => INDONESIAN,
        Language::Swahili => SWAHILI,
        Language::Hindi | Language::Nepali => HINDI,
        Language::Bengali => BENGALI,
        Language::English => ENGLISH,
        Language::Any => ANY,
    };
    let word = single(word);
    let mut sound = apply(&word, rules);
    if language == Language::Indonesian {
        sound = apply(&sound, INDONESIAN_GLIDES);
    }
    let sound = single(&sound);
    if sound.is_empty() { word } else { sound }
}

fn apply(word: &str, rules: &[Rule]) -> String {
    let mut written = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let found = rules.iter().find(|rule| rule.fits(rest, written.is_empty()));
        let (from, to) = match found {
            Some(rule) => (rule.from.len(), rule.to),
            None => {
                written.push(letter);
                (letter.len_utf8(), "")
            }
        };
        written.push_str(to);
        rest = &rest[from..];
    }
    written
}

impl Rule {
    fn fits(&self, rest: &str, is_start: bool) -> bool {
        let Some(after) = rest.strip_prefix(self.from) else {
            return false;
        };
        match self.at {
            At::Anywhere => true,
            At::Start => is_start,
            At::End => after.is_empty() && !is_start,
            At::BeforeSoft => after.starts_with(['e', 'i', 'y']),
        }
    }
}

/// Writes doubled letters once.
fn single(word: &str) -> String {
    let mut single = String::with_capacity(word.len());
    for letter in word.chars() {
        // Long vowels are for the rules.
        let is_doubled = single.ends_with(letter) && !"aeiou".contains(letter);
        if !is_doubled {
            single.push(letter);
        }
    }
    single
}

/// Longest key; what follows tells little more, and is where endings vary.
const KEY_LETTERS: usize = 5;

/// The consonants of a sound, coarsely; a first vowel is `a`. Words of one key are worth comparing.
pub fn skeleton(sound: &str) -> String {
    let mut key = String::with_capacity(KEY_LETTERS);
    for (i, letter) in sound.chars().enumerate() {
        let class = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' if i == 0 => 'a',
            'y' if i == 0 => 'j',
            'h' | 'w' if i == 0 => letter,
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w' => continue,
            'b' | 'p' | 'f' | 'v' => 'p',
            'd' | 't' => 't',
            'g' | 'k' | 'q' => 'k',
            's' | 'z' | 'x' => 's',
            other => other,
        };
        if !key.ends_with(class) {
            key.push(class);
        }
        if key.len() == KEY_LETTERS {
            break;
        }
    }
    key
}
