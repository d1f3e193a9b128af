use super::{dates::instant, numbers::decimal, numbers::integer, units::measure, *};

fn reading(values: &[&str]) -> Reading {
    let mut facts = Facts::default();
    for value in values {
        facts.see(value.as_bytes());
    }
    facts.reading()
}

#[test]
fn whole_numbers_are_integers_and_a_single_decimal_makes_them_decimals() {
    use NumberStyle::Point;
    assert_eq!(reading(&["1", "-20", "", "0"]), Reading::Integer(Point));
    assert_eq!(reading(&["1", "2.5", "1e-3"]), Reading::Decimal(Point));
    assert_eq!(reading(&["1", "many"]), Reading::Text);
    assert_eq!(reading(&["", " "]), Reading::Text);
}

#[test]
fn a_sign_that_the_sender_names_decides_what_the_values_leave_open() {
    use NumberStyle::{CommaGrouped, Point, PointGrouped};
    let reading = |sign, values: &[&str]| {
        let mut facts = Facts::with_sign(sign);
        values.iter().for_each(|value| facts.see(value.as_bytes()));
        facts.reading()
    };
    // Twelve hundred, or one and a fifth: nobody can tell from the value.
    let open = ["1.200", "3.500"];
    assert_eq!(reading(None, &open), Reading::Decimal(Point));
    assert_eq!(
        reading(Some(DecimalSign::Comma), &open),
        Reading::Integer(CommaGrouped)
    );
    assert_eq!(
        reading(Some(DecimalSign::Point), &["1,200"]),
        Reading::Integer(PointGrouped)
    );
    // What does not fit the sign is no number, and dates are none of its business.
    assert_eq!(reading(Some(DecimalSign::Comma), &["1.25"]), Reading::Text);
    assert_eq!(
        reading(Some(DecimalSign::Comma), &["2026-11-21"]),
        Reading::Date(DateOrder::Year)
    );
}

#[test]
fn codes_stay_text() {
    assert_eq!(reading(&["35", "07"]), Reading::Text);
    assert_eq!(reading(&["35.22.01", "35.22.02"]), Reading::Text);
    assert_eq!(reading(&["3522010101800001", "3522010101800002"]), Reading::Text);
    assert_eq!(reading(&["101004128563", "101004263976"]), Reading::Text);
    assert_eq!(reading(&["+628123456789"]), Reading::Text);
    assert_eq!(reading(&["1", "12345678901234567"]), Reading::Text);
}

#[test]
fn large_amounts_of_different_length_are_numbers() {
    assert_eq!(
        reading(&["1500000000000", "250000", "99000000"]),
        Reading::Integer(NumberStyle::Point)
    );
}

#[test]
fn decimal_commas_and_thousands_are_told_apart_by_the_whole_column() {
    use NumberStyle::*;
    assert_eq!(reading(&["1,5", "2"]), Reading::Decimal(Comma));
    assert_eq!(
        reading(&["1.234,56", "7,5", "12"]),
        Reading::Decimal(CommaGrouped)
    );
    assert_eq!(reading(&["1,234.56", "7.5"]), Reading::Decimal(PointGrouped));
    assert_eq!(
        reading(&["1.250.000", "12.500", "7"]),
        Reading::Integer(CommaGrouped)
    );
    assert_eq!(reading(&["1,250", "12,500"]), Reading::Integer(PointGrouped));
    assert_eq!(reading(&["1.25", "12.5"]), Reading::Decimal(Point));
    assert_eq!(reading(&["1.2.3", "1.2.4"]), Reading::Text);
}

#[test]
fn numbers_are_read_in_their_style() {
    use NumberStyle::*;
    assert_eq!(decimal("1.234,56", CommaGrouped), Some(1234.56));
    assert_eq!(decimal("-0,5", Comma), Some(-0.5));
    assert_eq!(integer("1.250.000", CommaGrouped), Some(1_250_000));
    assert_eq!(integer(" 42 ", Point), Some(42));
}

#[test]
fn local_dates_are_day_first_unless_the_column_says_otherwise() {
    assert_eq!(
        reading(&["2020-01-31", "1999-12-01"]),
        Reading::Date(DateOrder::Year)
    );
    assert_eq!(
        reading(&["01/02/2020", "03/04/2020"]),
        Reading::Date(DateOrder::Day)
    );
    assert_eq!(
        reading(&["01/31/2020", "03/04/2020"]),
        Reading::Date(DateOrder::Month)
    );
    assert_eq!(reading(&["31-01-2020"]), Reading::Date(DateOrder::Day));
    assert_eq!(reading(&["31/01/2020", "01/31/2020"]), Reading::Text);
    assert_eq!(reading(&["30/02/2020"]), Reading::Text);
}

#[test]
fn dates_and_times_mixed_are_instants() {
    assert_eq!(
        reading(&["2022-01-17 11:20:00", "2022-01-18"]),
        Reading::Instant(DateOrder::Year)
    );
    let instants = [
        ("2022-01-17 11:20:00", DateOrder::Year),
        ("2022-01-17T18:20:00+07:00", DateOrder::Year),
        ("2022-01-17T11:20:00.000Z", DateOrder::Year),
        ("17/01/2022 11:20", DateOrder::Day),
        ("1/17/2022 11:20:00 AM", DateOrder::Month),
    ];
    for (text, order) in instants {
        assert_eq!(instant(text, order), Some(1_642_418_400_000_000), "{text}");
    }
    assert_eq!(
        instant("1/17/2022 12:05 PM", DateOrder::Month),
        Some(1_642_421_100_000_000)
    );
}

#[test]
fn yes_and_no_stay_text_and_true_and_false_are_flags() {
    assert_eq!(reading(&["yes", "no"]), Reading::Text);
    assert_eq!(reading(&["true", "FALSE", ""]), Reading::Flag);
    assert_eq!(reading(&["0", "1"]), Reading::Integer(NumberStyle::Point));
}

fn facts(values: &[&str]) -> Facts {
    let mut facts = Facts::default();
    values.iter().for_each(|value| facts.see(value.as_bytes()));
    facts
}

fn unit(values: &[&str]) -> Option<String> {
    let decode = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    facts(values).unit().map(|unit| unit.text(decode))
}

#[test]
fn numbers_with_one_unit_are_measures_in_the_style_of_the_numbers() {
    use NumberStyle::*;
    let cases: [(&[&str], NumberStyle, &str); 9] = [
        (&["4.148,11 M", "784,99 M", "", "-0,30 M"], CommaGrouped, "M"),
        (&["518,00 M", "7 M"], Comma, "M"),
        (&["12%", "7.5 %"], Point, "%"),
        (&["Rp 1.250", "Rp3.500"], CommaGrouped, "Rp"),
        (&["$1,250", "$5"], PointGrouped, "$"),
        (&["-Rp 5,5 M", "Rp -7 M"], Comma, "Rp M"),
        (&["€ 12.50", "€ 7"], Point, "€"),
        (&["12 млн", "1,5 млн"], Comma, "млн"),
        (&["5\u{a0}kg/ha", "7 kg/ha"], Point, "kg/ha"),
    ];
    for (values, style, told) in cases {
        assert_eq!(reading(values), Reading::Measure(style), "{values:?}");
        assert_eq!(unit(values).as_deref(), Some(told));
    }
}

#[test]
fn a_measure_is_read_without_its_unit_and_never_multiplied() {
    use NumberStyle::*;
    assert_eq!(measure("4.148,11 M", CommaGrouped), Some(4148.11));
    assert_eq!(measure("-0,30 M", Comma), Some(-0.3));
    assert_eq!(measure(" Rp 1.250 ", CommaGrouped), Some(1250.0));
    assert_eq!(measure("-Rp 5", Point), Some(-5.0));
    assert_eq!(measure("12%", Point), Some(12.0));
}

#[test]
fn a_known_unit_is_one_in_whatever_case_and_encoding() {
    for unit in [
        "M",
        "jt",
        "rb",
        "ribu",
        "juta",
        "Miliar",
        "milyar",
        "triliun",
        "juta rupiah",
        "ribu orang",
        "ha",
        "Ha",
        "km",
        "km2",
        "km²",
        "m",
        "m2",
        "m³",
        "KG",
        "ton",
        "liter",
        "orang",
        "Jiwa",
        "jiwa/km2",
        "KK",
        "rumah tangga",
        "Kepala Keluarga",
        "unit",
        "hari",
        "persen",
        "тыс.",
    ] {
        let values = [format!("12 {unit}"), format!("7 {unit}")];
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(reading(&values), Reading::Measure(NumberStyle::Point), "{unit}");
        assert_eq!(self::unit(&values).as_deref(), Some(unit));
    }
    let mut latin = Facts::default();
    [&b"12,5 km\xb2"[..], b"7,0 km\xb2"]
        .iter()
        .for_each(|value| latin.see(value));
    assert_eq!(latin.reading(), Reading::Measure(NumberStyle::Comma));
}

#[test]
fn houses_days_and_neighbourhoods_stay_text_however_many_there_are() {
    for word in [
        "A", "B", "K", "RT", "rw", "Nov", "Mei", "agustus", "WIB", "pm", "Ilir", "Barat", "Jl.", "th",
        "Masehi",
    ] {
        let whole: Vec<String> = (1..60).map(|n| format!("{n} {word}")).collect();
        let parts: Vec<String> = (1..60).map(|n| format!("{n}.5 {word}")).collect();
        for values in [whole, parts] {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(reading(&values), Reading::Text, "{word}");
            assert!(facts(&values).is_text(), "{word}");
        }
    }
    assert_eq!(reading(&["12 November 2025", "7 November 2025"]), Reading::Text);
}

#[test]
fn some_word_is_a_unit_where_many_different_numbers_with_fractions_have_it() {
    let values =
        |n: u32, mark: &str| -> Vec<String> { (1..=n).map(|n| format!("{n}{mark} bakul")).collect() };
    let read = |values: &[String]| reading(&values.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(read(&values(20, ",5")), Reading::Measure(NumberStyle::Comma));
    assert_eq!(read(&values(19, ",5")), Reading::Text, "few");
    assert_eq!(read(&values(60, "")), Reading::Text, "houses of a street");
    let same: Vec<String> = std::iter::repeat_n("1,5 bakul".to_owned(), 60).collect();
    assert_eq!(read(&same), Reading::Text, "one number");
    // Two threads with ten each have twenty together, unless they saw the same.
    let half = |from: u32| {
        let mut facts = Facts::default();
        (from..from + 10).for_each(|n| facts.see(format!("{n},5 bakul").as_bytes()));
        facts
    };
    assert_eq!(
        half(0).join(half(10)).reading(),
        Reading::Measure(NumberStyle::Comma)
    );
    assert_eq!(half(0).join(half(0)).reading(), Reading::Text);
}

#[test]
fn a_letter_that_is_half_a_unit_needs_a_fraction() {
    assert_eq!(reading(&["1,25 T", "12 T"]), Reading::Measure(NumberStyle::Comma));
    assert_eq!(reading(&["14 T", "12 T"]), Reading::Text);
    assert_eq!(
        reading(&["Rp 14 T", "Rp 12 T"]),
        Reading::Measure(NumberStyle::Point)
    );
    assert_eq!(reading(&["Rp 14 RT", "Rp 12 RT"]), Reading::Text);
}

#[test]
fn what_only_begins_like_a_measure_stays_text() {
    let cases: [&[&str]; 10] = [
        &["4,11 M", "1,20 T"],
        &["4,11 M", "1,20"],
        &["12A", "14A"],
        &["5B", "7B"],
        &["5 Barat"],
        &["Rp", "Rp 5"],
        &["--Rp 5", "Rp 7"],
        &["-Rp -5", "Rp 7"],
        &["12 rukun tetangga", "7 rukun tetangga"],
        &["007 M", "5 M"],
    ];
    for values in cases {
        assert_eq!(reading(values), Reading::Text, "{values:?}");
    }
    let halves = facts(&["4 M", "5 M"]).join(facts(&["4 T", "5 T"]));
    assert_eq!(halves.reading(), Reading::Text);
    let halves = facts(&["4 M", "5 M"]).join(facts(&["4,5 M"]));
    assert_eq!(halves.reading(), Reading::Measure(NumberStyle::Comma));
}

#[test]
fn the_sign_that_the_sender_names_decides_measures_too() {
    let mut facts = Facts::with_sign(Some(DecimalSign::Comma));
    ["1.250 M", "3.500 M"]
        .iter()
        .for_each(|value| facts.see(value.as_bytes()));
    assert_eq!(facts.reading(), Reading::Measure(NumberStyle::CommaGrouped));
}

#[test]
fn text_in_cells_may_be_a_measure_but_no_bare_number() {
    assert_eq!(
        facts(&["4,11 M", "1,20 M"]).reading_of_strings(),
        Reading::Measure(NumberStyle::Comma)
    );
    assert_eq!(facts(&["4.11", "1.20"]).reading_of_strings(), Reading::Text);
}

#[test]
fn the_shape_of_codes_is_noticed() {
    assert!(facts(&["7.01", "", "12.1"]).is_like_short_codes());
    assert!(facts(&["7.01", "4.100"]).is_like_codes());
    for values in [
        &["7.01", "4.100"][..],
        &["7.01", "4"],
        &["7.01", "123.4"],
        &["7.01", "-4.1"],
        &["7.01", "4."],
        &["7.01", "4.1.1"],
        &[],
    ] {
        assert!(!facts(values).is_like_short_codes(), "{values:?}");
    }
    assert!(!facts(&["7.01"]).join(facts(&["5"])).is_like_codes());
    assert!(facts(&["8.1", "8.10"]).has_uneven_zeros());
    assert!(!facts(&["8.10", "8.25"]).has_uneven_zeros());
    assert!(!facts(&["8.1", "8.25"]).has_uneven_zeros());
}

#[test]
fn three_digits_behind_every_mark_leave_the_sign_open() {
    use DecimalSign::{Comma, Point};
    let cases: [(&[&str], Voice); 12] = [
        (&["1.510", "2.620", "700"], Voice::Open),
        (&["1,510", "700"], Voice::Open),
        (&["1.510 ha", "2.620 ha"], Voice::Open),
        (&["1.510", "0.250"], Voice::Says(Point)),
        (&["1.510", "2.62"], Voice::Says(Point)),
        (&["1510.250"], Voice::Says(Point)),
        (&["1.510", "1.250.000"], Voice::Says(Comma)),
        (&["1.234,56", "7"], Voice::Says(Comma)),
        (&["1,5"], Voice::Says(Comma)),
        (&["Rp 1.510", "Rp 700"], Voice::Silent),
        (&["700", "12"], Voice::Silent),
        (&["2026-01-31"], Voice::Silent),
    ];
    for (values, voice) in cases {
        assert_eq!(facts(values).voice(), voice, "{values:?}");
    }
    let mixed = facts(&["1.234,56", "none"]);
    assert!(mixed.is_text() && mixed.has_two_marks(Comma) && !mixed.has_two_marks(Point));
    assert_eq!(
        facts(&["1.510", "700"]).decided_by(Comma).reading(),
        Reading::Integer(NumberStyle::CommaGrouped)
    );
}

#[test]
fn what_is_written_like_a_date_is_known_even_if_no_calendar_has_it() {
    for value in ["31/02/2026", "2026-02-31", "1.13.2020"] {
        assert!(dates::is_shaped(value.as_bytes()), "{value}");
    }
    for value in ["31/02-2026", "1/2/3", "n/a", "31/02/2026/1", ""] {
        assert!(!dates::is_shaped(value.as_bytes()), "{value}");
    }
}
