//! How many decimals numbers are written with, so that they can be told apart and say no more than they hold.

/// Decimals beyond which nobody reads on.
const MOST: usize = 6;
/// Decimals of numbers that are all the same, and are not whole.
const OF_ONE: usize = 4;

/// The decimals for some numbers that are read beside each other.
///
/// None for whole numbers; else as many as they have, up to two more than it takes to tell the ends of their range apart, and six at most.
#[must_use]
pub fn of(numbers: impl IntoIterator<Item = f64>) -> usize {
    let (mut least, mut most, mut needed) = (f64::INFINITY, f64::NEG_INFINITY, 0);
    for number in numbers.into_iter().filter(|number| number.is_finite()) {
        (least, most) = (least.min(number), most.max(number));
        needed = needed.max(own(number));
    }
    needed.min(enough(most - least))
}

/// The decimals of a number that stands for itself, as in a cell of a table.
#[must_use]
pub fn of_one(number: f64) -> usize {
    /// Decimals of a position that was measured.
    const MOST: usize = 9;
    up_to(MOST, number)
}

/// The decimals that a number has itself.
fn own(number: f64) -> usize {
    up_to(MOST, number)
}

/// The decimals that a number has itself, up to so many.
fn up_to(most: usize, number: f64) -> usize {
    let mut scaled = number;
    for places in 0..most {
        // The last bits of a sum are no decimals.
        if (scaled - scaled.round()).abs() <= 1e-9 * scaled.abs().max(1.0) {
            return places;
        }
        scaled *= 10.0;
    }
    most
}

/// The decimals that tell numbers of a range apart.
fn enough(range: f64) -> usize {
    if !(range.is_finite() && range > 0.0) {
        return OF_ONE;
    }
    let first = -range.log10();
    (first.ceil() + 2.0).clamp(2.0, MOST as f64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_decimals_as_tell_them_apart() {
        for (numbers, places) in [
            (&[25.0, 1200.0][..], 0),
            (&[4.5, 6.0, 30.0], 1),
            (&[15.5 / 3.0, 29.0], 2),
            (&[-4.9581, -4.9523], 4),
            (&[-4.96, -4.955, -4.95], 3),
            (&[0.1 + 0.2, 0.5], 1),
            (&[0.000_000_123, 0.000_000_456], 6),
            (&[1.0 / 3.0], 4),
            (&[f64::NAN], 0),
            (&[], 0),
        ] {
            assert_eq!(of(numbers.iter().copied()), places, "{numbers:?}");
        }
    }
}
