//! Fields to typed arrays.

use std::{borrow::Cow, sync::Arc};

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};

use super::{Encoding, load::Source, nul, split::Fields};
use crate::ingest::{
    guess::{self, Reading, dates, numbers, units},
    is_missing,
};

/// One column of a block, whose fields are in `text`, or in `bytes` where that is no text as a whole.
pub fn build(
    source: &Source<'_>,
    bytes: &[u8],
    text: Option<&str>,
    fields: &Fields,
    column: usize,
    reading: Reading,
) -> ArrayRef {
    let missing = &source.job.options.missing;
    let latin = source.encoding == Encoding::Windows1252;
    let values = fields.column(column).map(|field| {
        let value: Cow<'_, str> = match text {
            Some(text) => Cow::Borrowed(&text[field.start..field.end]),
            None if latin => Cow::Owned(source.encoding.decode(&bytes[field.start..field.end])),
            None => String::from_utf8_lossy(&bytes[field.start..field.end]),
        };
        let value = match fields.has_nul {
            true => nul::replaced(value),
            false => value,
        };
        if is_missing(missing, &value) {
            None
        } else if field.has_doubled_quotes {
            Some(Cow::Owned(value.replace("\"\"", "\"")))
        } else {
            Some(value)
        }
    });
    // The survey has seen that every value can be read this way, so a failure would be a defect of
    // the reading itself; it shows as a missing value in the profile.
    match reading {
        Reading::Text => {
            let mut texts = StringBuilder::with_capacity(fields.n_rows, fields.n_rows * 8);
            values.for_each(|value| texts.append_option(value));
            Arc::new(texts.finish())
        }
        Reading::Integer(style) => {
            let mut numbers = Int64Builder::with_capacity(fields.n_rows);
            values.for_each(|value| {
                numbers.append_option(value.and_then(|text| numbers::integer(&text, style)));
            });
            Arc::new(numbers.finish())
        }
        Reading::Decimal(style) => {
            let mut numbers = Float64Builder::with_capacity(fields.n_rows);
            values.for_each(|value| {
                numbers.append_option(value.and_then(|text| numbers::decimal(&text, style)));
            });
            Arc::new(numbers.finish())
        }
        Reading::Measure(style) => {
            let mut numbers = Float64Builder::with_capacity(fields.n_rows);
            values
                .for_each(|value| numbers.append_option(value.and_then(|text| units::measure(&text, style))));
            Arc::new(numbers.finish())
        }
        Reading::Flag => {
            let mut flags = BooleanBuilder::with_capacity(fields.n_rows);
            values.for_each(|value| flags.append_option(value.and_then(|text| guess::flag(&text))));
            Arc::new(flags.finish())
        }
        Reading::Date(order) => {
            let mut dates = Date32Builder::with_capacity(fields.n_rows);
            values.for_each(|value| dates.append_option(value.and_then(|text| dates::date(&text, order))));
            Arc::new(dates.finish())
        }
        Reading::Instant(order) => {
            let mut instants = TimestampMicrosecondBuilder::with_capacity(fields.n_rows).with_timezone("UTC");
            values.for_each(|value| {
                instants.append_option(value.and_then(|text| dates::instant(&text, order)));
            });
            Arc::new(instants.finish())
        }
    }
}
