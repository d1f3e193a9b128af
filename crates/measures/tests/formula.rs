//! Formulas: what is read and what is refused, values worked by hand, laws, and how sure a value is.

use measures::formula::{
    Expression, Function, MOST_DEPTH, MOST_LETTERS, Missing, NoValue, Rules, Wording, standard_error,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

fn read(text: &str) -> Expression {
    Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Works a formula out with values for its names in their order; `NaN` stands for one that is missing.
fn worked(text: &str, values: &[f64]) -> Result<f64, NoValue> {
    with(text, values, Rules::default())
}

fn with(text: &str, values: &[f64], rules: Rules) -> Result<f64, NoValue> {
    let values: Vec<Option<f64>> = values
        .iter()
        .map(|value| Some(*value).filter(|value| !value.is_nan()))
        .collect();
    read(text).evaluate(&values, rules)
}

const NONE: f64 = f64::NAN;

fn skipping() -> Rules {
    Rules {
        missing: Missing::Skipped,
        floor: None,
    }
}

#[track_caller]
fn close(got: Result<f64, NoValue>, expected: f64) {
    let got = got.expect("a value");
    assert!(
        (got - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{got} is not {expected}"
    );
}

#[test]
fn arithmetic_binds_as_in_school() {
    for (text, expected) in [
        ("a + 2 * 3", 7.0),
        ("(a + 2) * 3", 9.0),
        ("a - 2 - 3", -4.0),
        ("12 / 2 / 3 * a", 2.0),
        ("2 ^ 3 ^ 2 * a", 512.0),
        ("-2 ^ 2 * a", -4.0),
        ("2 ^ -1 * a", 0.5),
        ("--a", 1.0),
        ("3 × a ÷ 2 − 1", 0.5),
        ("a * .5 + 1", f64::NAN),
    ] {
        match Expression::parse(text) {
            Ok(formula) => close(formula.evaluate(&[Some(1.0)], Rules::default()), expected),
            Err(_) => assert!(expected.is_nan(), "{text}"),
        }
    }
}

#[test]
fn functions_do_what_their_names_say() {
    for (text, values, expected) in [
        ("min(a, b, c)", vec![3.0, 1.0, 2.0], 1.0),
        ("max(a, b, c)", vec![3.0, 1.0, 2.0], 3.0),
        ("mean(a, b, c)", vec![3.0, 1.0, 2.0], 2.0),
        ("sum(a, b, c)", vec![3.0, 1.0, 2.0], 6.0),
        ("abs(a)", vec![-3.0], 3.0),
        ("clamp(a, 0, 100)", vec![120.0], 100.0),
        ("clamp(a, 0, 100)", vec![-1.0], 0.0),
        ("geomean(a, b, c)", vec![1.0, 10.0, 100.0], 10.0),
        ("hmean(a, b)", vec![40.0, 60.0], 48.0),
        ("wmean(a, 3, b, 1)", vec![10.0, 20.0], 12.5),
        ("coalesce(a, b)", vec![NONE, 7.0], 7.0),
        ("coalesce(a / b, 5)", vec![1.0, 0.0], 5.0),
        ("if(a < b, 1, 2)", vec![1.0, 2.0], 1.0),
        ("if(a >= b, 1, 2)", vec![1.0, 2.0], 2.0),
        ("if(a <> b, a - b, 0)", vec![1.0, 2.0], -1.0),
    ] {
        close(worked(text, &values), expected);
    }
}

#[test]
fn what_has_no_value_says_why_and_is_never_infinite() {
    for (text, values, why) in [
        ("a / b", vec![1.0, 0.0], NoValue::DivisionByZero),
        ("a ^ -1", vec![0.0], NoValue::DivisionByZero),
        ("wmean(a, b)", vec![1.0, 0.0], NoValue::DivisionByZero),
        ("geomean(a, b)", vec![-1.0, 4.0], NoValue::Negative),
        ("hmean(a, b)", vec![-1.0, 4.0], NoValue::Negative),
        ("wmean(a, b)", vec![1.0, -2.0], NoValue::Negative),
        ("a ^ 0.5", vec![-1.0], NoValue::Undefined),
        ("a * a", vec![1e200], NoValue::Undefined),
        ("a + b", vec![1.0, NONE], NoValue::Missing),
        ("mean(a, b)", vec![1.0, NONE], NoValue::Missing),
        ("coalesce(a, b)", vec![NONE, NONE], NoValue::Missing),
    ] {
        assert_eq!(worked(text, &values), Err(why), "{text}");
    }
}

#[test]
fn missing_numbers_are_left_out_only_where_that_is_asked_for_and_only_of_lists() {
    for (text, values, expected) in [
        ("mean(a, b, c)", vec![2.0, NONE, 4.0], Ok(3.0)),
        ("sum(a, b)", vec![NONE, 4.0], Ok(4.0)),
        ("wmean(a, 1, b, 1)", vec![NONE, 4.0], Ok(4.0)),
        ("mean(a, b)", vec![NONE, NONE], Err(NoValue::Missing)),
        ("a + b", vec![1.0, NONE], Err(NoValue::Missing)),
        ("mean(a + b, c)", vec![1.0, NONE, 8.0], Ok(8.0)),
        (
            "mean(a / b, c)",
            vec![1.0, 0.0, 8.0],
            Err(NoValue::DivisionByZero),
        ),
    ] {
        assert_eq!(with(text, &values, skipping()), expected, "{text}");
    }
}

#[test]
fn a_floor_raises_zeros_in_geometric_means_and_nowhere_else() {
    let floor = Rules {
        missing: Missing::Spreads,
        floor: Some(1.0),
    };
    close(with("geomean(a, b)", &[0.0, 100.0], floor), 10.0);
    close(worked("geomean(a, b)", &[0.0, 100.0]), 0.0);
    close(with("mean(a, b)", &[0.0, 100.0], floor), 50.0);
    assert_eq!(
        with("geomean(a, b)", &[-1.0, 100.0], floor),
        Err(NoValue::Negative)
    );
}

/// The service coverage index of 3.8.1 (UN SDG metadata, WHO 2021): the geometric mean within four groups of 4, 4, 3 and 3 tracers, then
/// of the four. By hand: √√(80·60·90·70) = 74.156, and so on.
#[test]
fn the_coverage_index_is_the_geometric_mean_of_four_groups_and_not_of_fourteen_tracers() {
    let names: Vec<String> = (1..=14).map(|n| format!("t{n}")).collect();
    let groups = [&names[..4], &names[4..8], &names[8..11], &names[11..]];
    let of = |names: &[String]| format!("geomean({})", names.join(", "));
    let nested = format!("geomean({})", groups.map(of).join(", "));
    let tracers = [
        80.0, 60.0, 90.0, 70.0, // reproductive, maternal, newborn and child health
        50.0, 65.0, 40.0, 95.0, // infectious diseases
        55.0, 45.0, 35.0, // noncommunicable diseases
        100.0, 20.0, 60.0, // capacity and access
    ];
    let root = |values: &[f64]| values.iter().product::<f64>().powf(1.0 / values.len() as f64);
    let by_hand = root(&[
        root(&tracers[..4]),
        root(&tracers[4..8]),
        root(&tracers[8..11]),
        root(&tracers[11..]),
    ]);
    assert!(
        (root(&tracers[..4]) - 74.156).abs() < 1e-3,
        "{}",
        root(&tracers[..4])
    );
    close(worked(&nested, &tracers), by_hand);
    let flat = worked(&of(&names), &tracers).unwrap();
    assert!((flat - by_hand).abs() > 0.1, "{flat} {by_hand}");
    // Rescaled as the metadata says: a blood pressure that 80 % have under control, 1.2 physicians for a thousand.
    close(worked("clamp((x - 50) / 50 * 100, 0, 100)", &[80.0]), 60.0);
    close(worked("clamp(x / 0.9 * 100, 0, 100)", &[1.2]), 100.0);
    close(
        worked("clamp((7.1 - x) / (7.1 - 5.1) * 100, 0, 100)", &[5.6]),
        75.0,
    );
}

#[test]
fn what_is_no_formula_is_refused_with_its_place_and_what_to_do() {
    for (text, expected) in [
        (
            "a +",
            "letter 4: the end stands where a number, a name, a function or ( is expected",
        ),
        (
            "a b",
            "letter 3: the name b stands where an operator such as + or the end is expected",
        ),
        (
            "(a + b",
            "letter 7: the end stands where an operator such as + or ) is expected",
        ),
        (
            "a + b)",
            "letter 6: ')' stands where an operator such as + or the end is expected",
        ),
        (
            "a + 1.2.3",
            "letter 5: \"1.2.3\" stands where a number such as 12 or 0.5 is expected",
        ),
        (
            "geomen(a)",
            "letter 1: there is no function \"geomen\"; use one of: if, abs, clamp",
        ),
        ("a + mean", "letter 5: mean is a function; write mean(…)"),
        (
            "clamp(a, 0)",
            "letter 1: clamp takes three: the number, the lowest, the highest, and was given 2",
        ),
        (
            "mean()",
            "letter 1: mean takes at least one number, and was given 0",
        ),
        ("wmean(a, 1, b)", "letter 1: wmean takes pairs"),
        ("if(a, 1, 2)", "letter 5: ',' stands where a comparison"),
        ("1 + 2", "letter 1: no number is named"),
        ("a; drop", "letter 2: ';' stands where"),
        ("a + 'x'", "letter 5: '\\'' stands where"),
        ("", "letter 1: the end stands where"),
    ] {
        let said = Expression::parse(text).unwrap_err().to_string();
        assert!(said.starts_with(expected), "{text}: {said}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(Expression::parse(&nested(MOST_DEPTH - 1)).is_ok());
    for bomb in [
        nested(MOST_DEPTH),
        nested(1_900),
        format!("{}a{}", "abs(".repeat(700), ")".repeat(700)),
        format!("a{}", "^a".repeat(1_500)),
        "(".repeat(3_000),
    ] {
        let said = Expression::parse(&bomb).unwrap_err().to_string();
        assert!(said.contains("nested deeper than 32"), "{said}");
    }
    let long = format!("a{}", " + a".repeat(MOST_LETTERS));
    assert!(
        Expression::parse(&long)
            .unwrap_err()
            .to_string()
            .contains("longer than 4000")
    );
    // Long without depth is no bomb.
    let wide = format!("a{}", "+a".repeat(1_900));
    close(worked(&wide, &[1.0]), 1_901.0);
    let minus = format!("{}a", "-".repeat(3_000));
    close(worked(&minus, &[1.0]), 1.0);
}

#[test]
fn names_are_listed_once_in_the_order_of_the_formula() {
    let formula = read(" (men - women) / men * 100 ");
    assert_eq!(formula.names(), ["men", "women"]);
    assert_eq!(formula.text(), "(men - women) / men * 100");
}

#[test]
fn a_formula_is_written_with_the_signs_of_mathematics_and_no_more_parentheses_than_needed() {
    let wording = Wording {
        name: &|name| name.to_uppercase(),
        function: &|function| format!("<{}>", function.name()),
        number: &|number| format!("{number}"),
        choice: &|condition, then, otherwise| format!("{then} if {condition}, else {otherwise}"),
    };
    for (text, expected) in [
        ("((a) - (b)) / a * 100", "(A − B) ÷ A × 100"),
        ("a - (b + c)", "A − (B + C)"),
        ("a / (b * c)", "A ÷ (B × C)"),
        ("(a * b) + c", "A × B + C"),
        ("-(a + b)", "−(A + B)"),
        ("a * -b", "A × (−B)"),
        ("(a ^ b) ^ c", "(A ^ B) ^ C"),
        ("geomean(a, mean(b, c))", "<geomean> (A; <mean> (B; C))"),
        ("2 * if(a <= b, a, 0)", "2 × (A if A ≤ B, else 0)"),
    ] {
        assert_eq!(read(text).write(&wording), expected);
    }
    assert!(Function::ALL.iter().all(|function| {
        Expression::parse(&format!("{}(a, 1, 2)", function.name())).is_ok()
            || Expression::parse(&format!("{}(a, 1)", function.name())).is_ok()
            || Expression::parse(&format!("{}(a)", function.name())).is_ok()
    }));
}

#[test]
fn derivatives_agree_with_those_by_hand() {
    let values = [Some(81.0), Some(64.0), None];
    let got = read("geomean(a, b) + 0 * coalesce(c, 1)")
        .derivatives(&values, Rules::default())
        .unwrap();
    // ∂√(ab)/∂a = √(ab) / 2a.
    for (got, expected) in got.iter().zip([72.0 / 162.0, 72.0 / 128.0, 0.0]) {
        assert!((got - expected).abs() < 1e-7, "{got} {expected}");
    }
    let gap = read("(a - b) / a * 100")
        .derivatives(&[Some(50.0), Some(40.0)], Rules::default())
        .unwrap();
    // 100·b/a² and −100/a.
    assert!(
        (gap[0] - 1.6).abs() < 1e-6 && (gap[1] + 2.0).abs() < 1e-6,
        "{gap:?}"
    );
    assert_eq!(
        read("geomean(a, b)").derivatives(&[Some(0.0), Some(4.0)], Rules::default()),
        None
    );
}

#[test]
fn errors_of_independent_inputs_add_in_squares_and_of_related_ones_in_full() {
    let independent = |_: usize, _: usize| false;
    let related = |_: usize, _: usize| true;
    let (derivatives, errors) = ([1.0, -2.0, 0.5], [3.0, 2.0, 0.0]);
    assert!((standard_error(&derivatives, &errors, independent) - 5.0).abs() < 1e-12);
    assert!((standard_error(&derivatives, &errors, related) - 7.0).abs() < 1e-12);
}

/// The ratio of two independent shares, drawn at the quantiles of both in every combination, spreads as the delta method says.
#[test]
fn the_error_of_a_ratio_is_that_of_many_draws() {
    let formula = read("a / b");
    let (a, b, n) = (0.4_f64, 0.5_f64, 1_000.0_f64);
    let errors = [(a * (1.0 - a) / n).sqrt(), (b * (1.0 - b) / n).sqrt()];
    let derivatives = formula
        .derivatives(&[Some(a), Some(b)], Rules::default())
        .unwrap();
    let error = standard_error(&derivatives, &errors, |_, _| false);
    let quantiles: Vec<f64> = (0..200)
        .map(|i| normal_quantile((f64::from(i) + 0.5) / 200.0))
        .collect();
    let (mut sum, mut squares) = (0.0, 0.0);
    for x in &quantiles {
        for y in &quantiles {
            let drawn = (a + x * errors[0]) / (b + y * errors[1]);
            sum += drawn;
            squares += drawn * drawn;
        }
    }
    let n_drawn = 40_000.0;
    let spread = (squares / n_drawn - (sum / n_drawn).powi(2)).sqrt();
    assert!((error / spread - 1.0).abs() < 0.02, "{error} {spread}");
}

/// Tukey's lambda with the exponent 0.135, which is the normal distribution to within a hundredth between 1 and 99 %.
fn normal_quantile(p: f64) -> f64 {
    (p.powf(0.135) - (1.0 - p).powf(0.135)) / 0.1975
}

proptest! {
    #[test]
    fn a_geometric_mean_lies_between_the_harmonic_and_the_arithmetic_one(
        a in 0.01_f64..1e4, b in 0.01_f64..1e4, c in 0.01_f64..1e4,
    ) {
        let values = [a, b, c];
        let of = |function: &str| worked(&format!("{function}(a, b, c)"), &values).unwrap();
        let tolerance = 1e-9 * of("max");
        prop_assert!(of("min") <= of("hmean") + tolerance);
        prop_assert!(of("hmean") <= of("geomean") + tolerance);
        prop_assert!(of("geomean") <= of("mean") + tolerance);
        prop_assert!(of("mean") <= of("max") + tolerance);
    }

    #[test]
    fn means_rise_when_a_number_rises(
        a in 0.0_f64..100.0, b in 0.0_f64..100.0, more in 0.0_f64..50.0, floor in 0.5_f64..2.0,
    ) {
        let rules = Rules { missing: Missing::Spreads, floor: Some(floor) };
        for function in ["mean", "geomean", "hmean", "min", "max", "sum"] {
            let text = format!("{function}(a, b)");
            let before = with(&text, &[a, b], rules).unwrap();
            let after = with(&text, &[a + more, b], rules).unwrap();
            prop_assert!(after >= before - 1e-9 * before.abs(), "{} {} {}", function, before, after);
        }
    }

    #[test]
    fn a_number_in_other_units_changes_an_index_by_the_same_factor(
        a in 0.1_f64..1e3, b in 0.1_f64..1e3, factor in 0.1_f64..10.0,
    ) {
        for function in ["mean", "geomean", "hmean", "min", "max", "sum"] {
            let text = format!("{function}(a, b)");
            let one = worked(&text, &[a, b]).unwrap();
            let other = worked(&text, &[a * factor, b * factor]).unwrap();
            prop_assert!((other - one * factor).abs() <= 1e-9 * other.abs());
        }
    }

    #[test]
    fn an_error_is_never_larger_than_with_everything_moving_together(
        derivatives in proptest::collection::vec(-3.0_f64..3.0, 4),
        errors in proptest::collection::vec(0.0_f64..5.0, 4),
        pairs in proptest::collection::vec(proptest::bool::ANY, 16),
    ) {
        let some = |i: usize, j: usize| pairs[4 * i.min(j) + i.max(j)];
        let least = standard_error(&derivatives, &errors, |_, _| false);
        let error = standard_error(&derivatives, &errors, some);
        let most = standard_error(&derivatives, &errors, |_, _| true);
        prop_assert!(least <= error + 1e-9 && error <= most + 1e-9);
    }

    #[test]
    fn whatever_is_typed_is_read_or_refused_and_never_breaks(text in "[-+*/^(),.<>=! a-z0-9×÷−]{0,200}") {
        if let Ok(formula) = Expression::parse(&text) {
            let values: Vec<Option<f64>> = formula.names().iter().map(|_| Some(1.5)).collect();
            if let Ok(value) = formula.evaluate(&values, Rules::default()) {
                prop_assert!(value.is_finite());
            }
            // What it is written as is a formula again, with the same value.
            prop_assert!(Expression::parse(formula.text()).is_ok());
        }
    }
}
