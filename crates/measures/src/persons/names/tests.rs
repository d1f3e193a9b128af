use proptest::prelude::*;

use super::*;

fn same_key(language: Language, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        assert_eq!(key(a, language), key(b, language), "{a} / {b}");
        let likeness = likeness(a, b, language);
        assert!(likeness >= 0.9, "{a} / {b}: {likeness}");
    }
}

fn apart(language: Language, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        let likeness = likeness(a, b, language);
        assert!(likeness < 0.75, "{a} / {b}: {likeness}");
    }
}

#[test]
fn indonesian_names_in_old_and_new_spelling_are_alike() {
    same_key(
        Language::Indonesian,
        &[
            ("Soekarno", "Sukarno"),
            ("Djoko Soetjipto", "Joko Sucipto"),
            ("Tjahjono", "Cahyono"),
            ("Jusuf", "Yusuf"),
            ("Sjarifuddin", "Syarifudin"),
            ("Achmad", "Akhmad"),
            ("Moh. Chairul", "Muhammad Khairul"),
            ("Mochamad Soleh", "Muh. Sholeh"),
            ("Nji Soekaesih", "Nyi Sukaesih"),
            ("Zaenal Abidin", "Zainal Abidin"),
            ("Fatimah", "Patima"),
            ("Siti Aisyah", "Aisah Siti"),
            ("Novi Fitriyani", "Nopi Fitriani"),
            ("Hj. Siti Rohmah binti H. Umar", "Siti Rohmah Umar"),
            ("Drs. Sutrisno, M.Pd.", "Sutrisno"),
            ("Nur'aini", "Nuraini"),
            ("Soewardi", "Suardi"),
            ("Soegeng Rijadi", "Sugeng Riyadi"),
            ("Widjaja", "Wijaya"),
        ],
    );
    apart(
        Language::Indonesian,
        &[
            ("Siti Aminah", "Siti Rahmawati"),
            ("Sugeng", "Slamet"),
            ("Sri Wahyuni", "Sri Handayani"),
            ("Budi Santoso", "Agus Setiawan"),
        ],
    );
}

#[test]
fn a_name_in_one_word_is_like_the_same_in_two() {
    let likeness = likeness("Nur Hayati", "Nurhayati", Language::Indonesian);
    assert!(likeness >= 0.97, "{likeness}");
    let likeness = super::likeness("Abdul Rahman", "Abdulrahman", Language::Bengali);
    assert!(likeness >= 0.97, "{likeness}");
}

#[test]
fn an_initial_stands_for_the_word_that_begins_with_it() {
    assert!(likeness("M. Yusuf", "Muhammad Yusuf", Language::Indonesian) > 0.9);
    assert!(likeness("J. Mwangi", "Joseph Mwangi", Language::Swahili) > 0.9);
    assert!(
        likeness("J. Mwangi", "Peter Mwangi", Language::Swahili)
            < likeness("J. Mwangi", "John Mwangi", Language::Swahili)
    );
}

#[test]
fn a_word_left_out_counts_less_than_a_word_that_differs() {
    let language = Language::Indonesian;
    let left_out = likeness("Siti Aminah", "Siti Aminah Rahmawati", language);
    let differs = likeness("Siti Aminah Kartini", "Siti Aminah Rahmawati", language);
    assert!(left_out > differs, "{left_out} {differs}");
    assert!(likeness("Aminah", "Siti Aminah", language) > 0.9);
}

#[test]
fn kenyan_names_are_alike_as_offices_spell_them() {
    same_key(
        Language::Swahili,
        &[
            ("Wanjiru", "Wanjilu"),
            ("Njoroge", "Joroge"),
            ("Ng'ang'a", "Nganga"),
            ("Achieng", "Aching"),
            ("Mohamed Hussein", "Muhammad Husein"),
            ("Mzee Kamau wa Njeri", "Kamau Njeri"),
        ],
    );
    apart(
        Language::Swahili,
        &[("Wanjiru Kamau", "Achieng Otieno"), ("Kipchoge", "Wafula")],
    );
}

#[test]
fn south_asian_names_are_alike_across_scripts_and_spellings() {
    same_key(
        Language::Hindi,
        &[
            ("लक्ष्मी देवी", "Laxmi Devi"),
            ("Vikas Sharma", "Bikash Sarma"),
            ("मोहम्मद अंसारी", "Md. Ansari"),
            ("Shri Ram Prasad", "राम प्रसाद"),
            ("Geeta Kumari", "Gita Kumari"),
            ("Pooja", "Puja"),
        ],
    );
    same_key(
        Language::Nepali,
        &[
            ("भीम बहादुर थापा", "Bhim Bahadur Thapa"),
            ("विष्णु", "Bishnu"),
            ("Shyam", "श्याम"),
        ],
    );
    same_key(
        Language::Bengali,
        &[
            ("মোঃ আব্দুল করিম", "Md. Abdul Karim"),
            ("ফাতেমা খাতুন", "Fatema Khatun"),
            ("Mosammat Rokeya Begum", "Rokeya Begom"),
            ("Abdur Rahman", "Abdul Rahman"),
            ("Yusuf", "Jusuf"),
        ],
    );
    apart(
        Language::Bengali,
        &[("Fatema Begum", "Rokeya Begum"), ("Md. Karim", "Md. Rahim Uddin")],
    );
    apart(
        Language::Hindi,
        &[("Sita Devi", "Radha Devi"), ("Ram Kumar", "Mohan Kumar")],
    );
}

#[test]
fn english_names_are_alike_by_sound() {
    same_key(
        Language::English,
        &[
            ("Catherine Philips", "Katherine Phillips"),
            ("Wright", "Right"),
            ("Knight", "Night"),
            ("Stephen", "Steven"),
        ],
    );
    apart(Language::English, &[("Robert Alan", "Mary Smith")]);
    let md = Name::read("Jane Doe, MD", Language::English);
    assert!(md.words.iter().all(|word| word.plain != "muhamad"));
}

#[test]
fn somebody_called_like_a_title_keeps_the_name() {
    assert_eq!(key("Haji", Language::Indonesian), "h");
    assert!(!Name::read("Bi", Language::Swahili).is_empty());
    assert!(Name::read("—", Language::Any).is_empty());
}

#[test]
fn a_language_is_found_by_its_tag() {
    assert_eq!(Language::of("id-ID"), Language::Indonesian);
    assert_eq!(Language::of("ne"), Language::Nepali);
    assert_eq!(Language::of("zz"), Language::Any);
    assert_eq!(Language::of(""), Language::Any);
}

const ALL: [Language; 7] = [
    Language::Indonesian,
    Language::Swahili,
    Language::Hindi,
    Language::Bengali,
    Language::Nepali,
    Language::English,
    Language::Any,
];

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{1,9}( [A-Z][a-z]{0,9}){0,4}",
        "[a-c ]{0,12}",
        "\\PC{0,24}",
        "[\u{905}-\u{94d} ]{0,14}",
        "[\u{985}-\u{9cd} ]{0,14}",
    ]
}

proptest! {
    #[test]
    fn likeness_is_the_same_both_ways_and_stays_within_bounds(a in names(), b in names(), which in 0..7_usize) {
        let (one, other) = (likeness(&a, &b, ALL[which]), likeness(&b, &a, ALL[which]));
        prop_assert!((one - other).abs() < 1e-9, "{one} {other}");
        prop_assert!((0.0..=1.0).contains(&one));
    }

    #[test]
    fn every_name_is_wholly_like_itself_in_any_order(name in names(), which in 0..7_usize) {
        prop_assert_eq!(likeness(&name, &name, ALL[which]), 1.0);
        let backwards: Vec<&str> = name.split(' ').rev().collect();
        if !name.contains(',') {
            let whole = Name::read(&name, ALL[which]);
            let turned = Name::read(&backwards.join(" "), ALL[which]);
            if whole.words.len() == turned.words.len() && whole.words.len() < MOST_WORDS {
                prop_assert!((whole.likeness(&turned) - 1.0).abs() < 1e-9);
            }
        }
        if name.is_ascii() {
            prop_assert_eq!(key(&name, ALL[which]), key(&name.to_uppercase(), ALL[which]));
        }
    }
}
