//! Dates as people of each language write them, in the Gregorian calendar.

use std::cell::OnceCell;

use icu::calendar::{Gregorian, Iso};
use icu::datetime::fieldsets::{T, YM, YMD};
use icu::datetime::input::{Date, Time};
use icu::datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu::locale::{Locale, locale};
use jiff::civil;

use crate::platform::i18n::Lang;

impl Lang {
    /// Writes a day in full: 21 November 2026.
    pub fn date(self, day: civil::Date) -> String {
        with_formatters(self, |formatters| {
            formatters.day.format(&gregorian(day)).to_string()
        })
    }

    /// Writes a day briefly, for tables: 21 Nov 2026.
    pub fn short_date(self, day: civil::Date) -> String {
        with_formatters(self, |formatters| {
            formatters.short_day.format(&gregorian(day)).to_string()
        })
    }

    /// Writes a month: November 2026.
    pub fn month(self, day: civil::Date) -> String {
        with_formatters(self, |formatters| {
            formatters.month.format(&gregorian(day)).to_string()
        })
    }

    /// Writes the time of a day, to the minute: 14:05 or 14.05.
    pub fn time_of_day(self, time: civil::Time) -> String {
        let time = Time::try_new(time.hour() as u8, time.minute() as u8, 0, 0)
            .expect("jiff's hours and minutes are in range");
        with_formatters(self, |formatters| formatters.time.format(&time).to_string())
    }

    /// Writes a moment: 21 November 2026, 14:05.
    pub fn date_time(self, moment: civil::DateTime) -> String {
        format!(
            "{}, {}",
            self.date(moment.date()),
            self.time_of_day(moment.time())
        )
    }
}

struct Formatters {
    day: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    short_day: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    month: FixedCalendarDateTimeFormatter<Gregorian, YM>,
    time: NoCalendarFormatter<T>,
}

impl Formatters {
    fn of(locale: &Locale) -> Formatters {
        let compiled_in = "CLDR's dates of our languages are compiled in";
        Formatters {
            day: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMD::long()).expect(compiled_in),
            short_day: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMD::medium())
                .expect(compiled_in),
            month: FixedCalendarDateTimeFormatter::try_new(locale.into(), YM::long()).expect(compiled_in),
            time: NoCalendarFormatter::try_new(locale.into(), T::hm()).expect(compiled_in),
        }
    }
}

fn with_formatters<O>(lang: Lang, format: impl FnOnce(&Formatters) -> O) -> O {
    thread_local! {
        static FORMATTERS: [OnceCell<Formatters>; Lang::ALL.len()] = const { [const { OnceCell::new() }; Lang::ALL.len()] };
    }
    FORMATTERS.with(|formatters| {
        format(formatters[lang as usize].get_or_init(|| {
            Formatters::of(&match lang {
                // Day first, as in every place Baraza is used in; plain `en` would put the month first.
                Lang::En => locale!("en-GB"),
                Lang::Id => locale!("id"),
                Lang::Sw => locale!("sw"),
                Lang::Hi => locale!("hi"),
                Lang::Bn => locale!("bn"),
                Lang::Ne => locale!("ne"),
            })
        }))
    })
}

fn gregorian(day: civil::Date) -> Date<Gregorian> {
    let iso: Date<Iso> = Date::try_new_iso(i32::from(day.year()), day.month() as u8, day.day() as u8)
        .expect("jiff's days exist");
    iso.to_calendar(Gregorian)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Full strings only for the two complete languages: CLDR changes the others' punctuation between versions.
    #[test]
    fn the_day_stands_before_the_month_and_its_name_is_in_the_language() {
        let day = civil::date(2026, 11, 21);
        assert_eq!(Lang::En.date(day), "21 November 2026");
        assert_eq!(Lang::Id.date(day), "21 November 2026");
        assert_eq!(Lang::Id.month(civil::date(2026, 8, 1)), "Agustus 2026");
        assert_eq!(Lang::En.short_date(day), "21 Nov 2026");
        assert!(
            Lang::Bn.date(day).contains("নভেম্বর") && Lang::Bn.date(day).contains("২০২৬"),
            "{}",
            Lang::Bn.date(day)
        );
        assert!(Lang::Ne.date(day).contains("नोभेम्बर"), "{}", Lang::Ne.date(day));
        assert!(Lang::Sw.date(day).contains("Novemba"), "{}", Lang::Sw.date(day));
        assert!(Lang::Hi.date(day).contains("नवंबर"), "{}", Lang::Hi.date(day));
    }

    #[test]
    fn times_have_a_colon_in_english_and_a_point_in_indonesian() {
        let moment = civil::datetime(2026, 11, 21, 14, 5, 59, 0);
        assert_eq!(Lang::En.date_time(moment), "21 November 2026, 14:05");
        assert_eq!(Lang::Id.date_time(moment), "21 November 2026, 14.05");
    }
}
