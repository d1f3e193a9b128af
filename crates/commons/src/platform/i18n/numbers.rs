//! Numbers as people of each language write them, with their own digits where they use them.

use std::cell::OnceCell;

use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::locale::locale;

use crate::platform::i18n::{Count, Lang};

/// ISO 4217 currencies whose everyday sign differs from their code, and whose minor unit nobody uses.
const CURRENCIES: [(&str, Lang, &str); 5] = [
    ("IDR", Lang::Id, "Rp"),
    ("KES", Lang::Sw, "Ksh"),
    ("INR", Lang::Hi, "₹"),
    ("BDT", Lang::Bn, "৳"),
    ("NPR", Lang::Ne, "रु"),
];

/// Stands for a value that does not exist.
pub const NO_VALUE: &str = "–";

impl Lang {
    /// Writes a whole number with its thousands grouped: 12,500 or 12.500 or ১২,৫০০.
    pub fn number(self, n: impl Count) -> String {
        with_formatter(self, |formatter| {
            formatter.format_to_string(&Decimal::from(n.count()))
        })
    }

    /// Writes a number rounded to `places` decimals. Infinity and NaN are written as [`NO_VALUE`].
    pub fn decimal(self, x: f64, places: usize) -> String {
        if !x.is_finite() {
            return NO_VALUE.to_owned();
        }
        let mut ascii = format!("{x:.places$}");
        if ascii.starts_with('-') && ascii.bytes().all(|b| !(b'1'..=b'9').contains(&b)) {
            ascii.remove(0); // −0.04 rounds to 0.0, not to −0.0
        }
        match ascii.parse::<Decimal>() {
            Ok(decimal) => with_formatter(self, |formatter| formatter.format_to_string(&decimal)),
            Err(_) => ascii,
        }
    }

    /// Writes a percentage; `percent` is already out of a hundred.
    pub fn percent(self, percent: f64, places: usize) -> String {
        if !percent.is_finite() {
            return NO_VALUE.to_owned();
        }
        // All six languages of CLDR 49 set the sign after the number without a space.
        format!("{}%", self.decimal(percent, places))
    }

    /// Writes an amount given in hundredths of its currency: `Rp 1.250.000`, `KES 1,250.50`. Whole amounts lose their decimals.
    pub fn money(self, hundredths: i64, currency: &str) -> String {
        let sign = CURRENCIES
            .iter()
            .find(|(code, lang, _)| *code == currency && *lang == self)
            .map_or(currency, |(_, _, sign)| sign);
        let amount = if hundredths % 100 == 0 || currency == "IDR" {
            let half = 50 * hundredths.signum();
            self.number((hundredths.saturating_add(half)) / 100)
        } else {
            let mut decimal = Decimal::from(hundredths);
            decimal.multiply_pow10(-2);
            with_formatter(self, |formatter| formatter.format_to_string(&decimal))
        };
        format!("{sign}\u{a0}{amount}")
    }

    /// Writes a year or another number that is a name, so without grouping but with the language's digits.
    pub fn ungrouped(self, n: i64) -> String {
        let zero = match self {
            Lang::Bn => '০',
            Lang::Ne => '०',
            Lang::En | Lang::Id | Lang::Sw | Lang::Hi => return n.to_string(),
        };
        let native = |c: char| {
            c.to_digit(10)
                .and_then(|digit| char::from_u32(zero as u32 + digit))
                .unwrap_or(c)
        };
        n.to_string().chars().map(native).collect()
    }
}

fn with_formatter<T>(lang: Lang, format: impl FnOnce(&DecimalFormatter) -> T) -> T {
    // ICU4X's formatters are not `Sync`, and making one costs more than using it.
    thread_local! {
        static FORMATTERS: [OnceCell<DecimalFormatter>; Lang::ALL.len()] = const { [const { OnceCell::new() }; Lang::ALL.len()] };
    }
    FORMATTERS.with(|formatters| {
        format(formatters[lang as usize].get_or_init(|| {
            let locale = match lang {
                Lang::En => locale!("en"),
                Lang::Id => locale!("id"),
                Lang::Sw => locale!("sw"),
                Lang::Hi => locale!("hi"),
                Lang::Bn => locale!("bn"),
                Lang::Ne => locale!("ne"),
            };
            DecimalFormatter::try_new(locale.into(), Default::default())
                .expect("CLDR's numbers of our languages are compiled in")
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_groups_with_its_own_digits_and_signs() {
        let written: Vec<String> = Lang::ALL
            .iter()
            .map(|lang| lang.decimal(1_234_567.85, 1))
            .collect();
        assert_eq!(
            written,
            [
                "1,234,567.9",
                "1.234.567,9",
                "1,234,567.9",
                "12,34,567.9",
                "১২,৩৪,৫৬৭.৯",
                "१२,३४,५६७.९"
            ]
        );
    }

    #[test]
    fn a_tiny_negative_number_is_not_written_as_minus_zero() {
        assert_eq!(Lang::En.decimal(-0.04, 1), "0.0");
        assert_eq!(Lang::En.decimal(-0.06, 1), "-0.1");
    }

    #[test]
    fn what_is_not_a_number_is_a_dash() {
        assert_eq!(Lang::En.decimal(f64::NAN, 1), NO_VALUE);
        assert_eq!(Lang::Id.percent(f64::INFINITY, 1), NO_VALUE);
    }

    #[test]
    fn percentages_are_already_out_of_a_hundred() {
        assert_eq!(Lang::Id.percent(45.25, 1), "45,2%");
        assert_eq!(Lang::Bn.percent(45.0, 0), "৪৫%");
    }

    #[test]
    fn rupiah_have_no_decimals_and_their_own_sign_at_home() {
        assert_eq!(Lang::Id.money(125_000_049, "IDR"), "Rp\u{a0}1.250.000");
        assert_eq!(Lang::En.money(125_000_000, "IDR"), "IDR\u{a0}1,250,000");
        assert_eq!(Lang::En.money(125_050, "KES"), "KES\u{a0}1,250.50");
        assert_eq!(Lang::En.money(-150, "IDR"), "IDR\u{a0}-2");
    }

    #[test]
    fn years_are_not_grouped() {
        assert_eq!(Lang::Id.ungrouped(2026), "2026");
        assert_eq!(Lang::Ne.ungrouped(2026), "२०२६");
    }
}
