use super::*;
use crate::{indicators::model::definition::tests::WATER, platform::time::Time};

/// Rows of one place, sex and size (how many with and without, how many that did not answer), in every combination.
fn group(place: &str, sex: &str, size: &str, n_yes: u64, n_no: u64, n_missing: u64) -> Vec<Group> {
    let n = n_yes + n_no;
    #[expect(clippy::cast_precision_loss, reason = "small numbers of a test")]
    let (all, yes) = (n as f64, n_yes as f64);
    let sums = PsuSums {
        stratum: 0,
        n,
        w: all,
        wy: yes,
        wx: all,
        wyy: yes,
        wxy: yes,
        wxx: all,
    };
    let code = |code: &str| (!code.is_empty()).then(|| code.to_owned());
    let of_set = |(set, codes)| Group {
        set,
        place: code(place),
        period: "2026".into(),
        codes,
        unit: None,
        n_yes,
        n_missing,
        sums,
        ww: all,
        replicates: Vec::new(),
    };
    [vec![], vec![code(sex)], vec![code(sex), code(size)]]
        .into_iter()
        .enumerate()
        .map(of_set)
        .collect()
}

/// Villages A1, A2 in district A, B1 in district B, both in regency R of province P.
fn lineage(code: &str) -> Option<Vec<String>> {
    let above = match code {
        "A1" | "A2" => vec!["A", "R", "P"],
        "B1" => vec!["B", "R", "P"],
        _ => return None,
    };
    Some([code].into_iter().chain(above).map(str::to_owned).collect())
}

fn nothing() -> Published {
    Published {
        observations: HashMap::new(),
        computed_at: None,
    }
}

fn written(tally: &Tally, by: &str) -> Vec<String> {
    let line = |o: &Observation| {
        let figures = o.figures.value.map_or_else(
            || o.status.as_str().to_owned(),
            |value| {
                format!(
                    "{value:.1} ({:.1}–{:.1}) n {} missing {}",
                    o.figures.lower.unwrap_or(f64::NAN),
                    o.figures.upper.unwrap_or(f64::NAN),
                    o.figures.n.unwrap_or(-1),
                    o.figures.n_missing.unwrap_or(-1)
                )
            },
        );
        [o.place.as_str(), &o.codes, &figures]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    tally
        .observations
        .iter()
        .filter(|o| o.by == by)
        .map(line)
        .collect()
}

#[test]
fn every_level_up_to_the_smallest_common_place_gets_its_numbers() {
    let water = Definition::parse(WATER).unwrap();
    let groups = [
        group("A1", "F", "1-4", 30, 10, 1),
        group("A2", "M", "5+", 20, 20, 0),
        group("B1", "M", "1-4", 40, 10, 2),
        group("X9", "M", "1-4", 3, 0, 0),
    ]
    .concat();
    let tally = tally(&water, &groups, &[], &nothing(), lineage).unwrap();
    assert_eq!(tally.facts.n_unplaced, 3);
    // Wilson by hand: 90 of 130 → 60.8–76.5.
    assert_eq!(
        written(&tally, ""),
        [
            "R 69.2 (60.8–76.5) n 130 missing 3",
            "A 62.5 (51.5–72.3) n 80 missing 1",
            "A1 75.0 (59.8–85.8) n 40 missing 1",
            "A2 50.0 (35.2–64.8) n 40 missing 0",
            "B 80.0 (67.0–88.8) n 50 missing 2",
            "B1 80.0 (67.0–88.8) n 50 missing 2"
        ]
    );
    assert_eq!(written(&tally, "sex")[0], "R F 75.0 (59.8–85.8) n 40 missing 1");
    assert_eq!(
        tally
            .observations
            .iter()
            .filter(|o| o.by == "sex,size" && o.place == "R")
            .count(),
        3
    );
}

#[test]
fn a_small_cell_and_what_would_give_it_away_are_suppressed_and_carry_no_figure() {
    let water = Definition::parse(&WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[[\"sex\"]]")).unwrap();
    let mut groups: Vec<Group> = Vec::new();
    for (village, f_yes) in [("A1", 2), ("A2", 30), ("B1", 30)] {
        groups.extend(group(village, "F", "1-4", f_yes, 20, 0));
        groups.extend(group(village, "M", "1-4", 30, 20, 0));
    }
    groups.retain(|group| group.set < 2);
    let tally = tally(&water, &groups, &[], &nothing(), lineage).unwrap();
    let closed: Vec<&Observation> = tally
        .observations
        .iter()
        .filter(|o| o.status == Status::Suppressed)
        .collect();
    let names: Vec<String> = closed.iter().map(|o| format!("{}{}", o.place, o.codes)).collect();
    assert_eq!(names, ["A1F", "A1M", "A2F", "A2M"]);
    assert!(closed.iter().all(|o| o.figures == Figures::default()));
    let (_, proof) = &tally.facts.proofs[0];
    assert_eq!(
        (proof.n_primary, proof.n_complementary, proof.verified),
        (1, 3, true)
    );
}

#[test]
fn a_missing_or_unlisted_code_is_shown_as_unknown_and_counted() {
    let water = Definition::parse(WATER).unwrap();
    let tally = tally(
        &water,
        &[
            group("A1", "", "1-4", 30, 10, 0),
            group("A1", "X", "1-4", 30, 10, 0),
            group("A1", "F", "1-4", 30, 10, 0),
        ]
        .concat(),
        &[],
        &nothing(),
        lineage,
    )
    .unwrap();
    assert_eq!(
        written(&tally, "sex"),
        [
            "A1 F 75.0 (59.8–85.8) n 40 missing 0",
            "A1 _U 75.0 (64.5–83.2) n 80 missing 0"
        ]
    );
    assert_eq!(tally.facts.off_list, [("sex".to_owned(), 40)]);
    assert_eq!(
        codes_in_words(&water, "sex,size", "_U,5+", "id", "Tidak diketahui"),
        ["Tidak diketahui", "5 and more"]
    );
}

#[test]
fn a_code_that_means_the_same_rows_as_another_is_not_withheld_alone() {
    // Disability is not asked under five: "not asked" and "under five" are the same 30 children.
    let text = WATER
        .replace("\"size\", \"sex\"", "\"size\"")
        .replace("code = \"1-4\"", "code = \"under 5\"");
    let water = Definition::parse(&text).unwrap();
    assert_eq!(water.sets, [vec![], vec![0], vec![1]]);
    assert_eq!(water.probes(), [(0, 1)]);
    let all = |set: usize, codes: &[&str], n_yes: u64, n_no: u64| {
        let mut group = group("A1", "", "", n_yes, n_no, 0).remove(0);
        group.set = set;
        group.place = (set < 3).then(|| "A1".to_owned());
        group.codes = codes.iter().map(|code| Some((*code).to_owned())).collect();
        group
    };
    // By sex: 30 not asked, 3 women and 37 men older. By size: 30 under five, 40 older.
    let groups = [
        all(0, &[], 35, 35),
        all(1, &["X"], 15, 15),
        all(1, &["F"], 2, 1),
        all(1, &["M"], 18, 19),
        all(2, &["under 5"], 15, 15),
        all(2, &["5+"], 20, 20),
        all(3, &["X", "under 5"], 15, 15),
        all(3, &["F", "5+"], 2, 1),
        all(3, &["M", "5+"], 18, 19),
    ];
    let tally = tally(&water, &groups, &[], &nothing(), lineage).unwrap();
    let closed: Vec<&str> = tally
        .observations
        .iter()
        .filter(|o| o.status == Status::Suppressed)
        .map(|o| o.codes.as_str())
        .collect();
    // Withholding the women with the 30 would not do: they stand open as "under five".
    assert!(
        closed == ["F", "M"] || closed == ["F", "_U", "under 5", "5+"],
        "{closed:?}"
    );
}

#[test]
fn a_part_that_is_withheld_is_not_told_by_the_whole_and_the_other_part() {
    let text = WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
    let whole = Definition::parse(&text).unwrap();
    let part_of = |code: &str| format!("code = \"{code}\"\npart_of = \"6.1.1\"");
    let part = |code: &str| text.replace("code = \"6.1.1\"", &part_of(code));
    let piped = Definition::parse(&part("piped")).unwrap();
    let wells = Definition::parse(&part("wells")).unwrap();
    let of = |n_yes: u64| vec![group("A1", "F", "1-4", n_yes, 40 - n_yes, 0).remove(0)];
    let published = nothing();
    let together = |parts: [&Definition; 2], n_yes: [u64; 3]| {
        let groups = n_yes.map(of);
        let definitions = [&whole, parts[0], parts[1]];
        let counted: Vec<Counted<'_>> = definitions
            .into_iter()
            .zip(&groups)
            .map(|(definition, groups)| Counted {
                definition,
                groups,
                sampled: &[],
                published: &published,
            })
            .collect();
        tally_together(&counted, lineage)
    };
    let shown: Vec<Status> = together([&piped, &wells], [12, 9, 3])
        .unwrap()
        .iter()
        .map(|tally| tally.observations[0].status)
        .collect();
    // 12 − 9 would tell of the 3.
    assert_eq!(shown, [Status::Normal, Status::Suppressed, Status::Suppressed]);
    assert!(matches!(
        tally(&wells, &of(3), &[], &published, lineage),
        Err(TallyError::Alone { .. })
    ));
    let refused = together([&piped, &wells], [12, 9, 4]).unwrap_err().to_string();
    assert!(
        refused.starts_with("the parts of 6.1.1 count rows of A1 in 2026 that 6.1.1 does not"),
        "{refused}"
    );
    let elsewhere = part("wells").replace("household.village", "household.street");
    let elsewhere = Definition::parse(&elsewhere).unwrap();
    let refused = together([&piped, &elsewhere], [12, 9, 3])
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("wells cannot be a part of 6.1.1: place differs"),
        "{refused}"
    );
}

#[test]
fn a_part_waits_for_as_many_as_its_whole_does() {
    let text = WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
    let part = |code: &str| {
        let part_of = format!("code = \"{code}\"\npart_of = \"6.1.1\"");
        Definition::parse(&text.replace("code = \"6.1.1\"", &part_of)).unwrap()
    };
    let whole = Definition::parse(&text.replace("unit =", "hold = 5\nunit =")).unwrap();
    let definitions = [whole, part("piped"), part("wells")];
    let of = |n_yes: u64| vec![group("A1", "F", "1-4", n_yes, 100 - n_yes, 0).remove(0)];
    let count = |n_yes: [u64; 3], published: &[Published; 3]| {
        let groups = n_yes.map(of);
        let counted: Vec<Counted<'_>> = definitions
            .iter()
            .zip(&groups)
            .zip(published)
            .map(|((definition, groups), published)| Counted {
                definition,
                groups,
                sampled: &[],
                published,
            })
            .collect();
        tally_together(&counted, lineage).unwrap()
    };
    let first = count([60, 30, 30], &[nothing(), nothing(), nothing()]);
    let published = [0, 1, 2].map(|at: usize| Published {
        observations: first[at]
            .observations
            .iter()
            .map(|o| (o.key(), o.clone()))
            .collect(),
        computed_at: Some(Time(7)),
    });
    // One household more in the whole and in one part: neither tells of it.
    let shown: Vec<Option<f64>> = count([61, 31, 30], &published)
        .iter()
        .map(|tally| tally.observations[0].figures.numerator)
        .collect();
    assert_eq!(shown, [Some(60.0), Some(30.0), Some(30.0)]);
    let shown: Vec<Option<f64>> = count([67, 37, 30], &published)
        .iter()
        .map(|tally| tally.observations[0].figures.numerator)
        .collect();
    assert_eq!(shown, [Some(67.0), Some(37.0), Some(30.0)]);
}

#[test]
fn a_place_where_nobody_answered_is_empty_and_not_zero() {
    let water = Definition::parse(WATER).unwrap();
    let tally = tally(
        &water,
        &group("A1", "F", "1-4", 0, 0, 9),
        &[],
        &nothing(),
        lineage,
    )
    .unwrap();
    assert_eq!(written(&tally, ""), ["A1 empty"]);
}

#[test]
fn a_mean_that_one_household_makes_is_withheld_where_the_definition_asks_for_it() {
    let plain = WATER
        .replace(
            "numerator = \"household.water = 'pipe'\"",
            "measure = \"mean\"\nnumerator = \"household.income\"",
        )
        .replace("unit = \"percent\"", "unit = \"number\"")
        .replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
    let guarded = plain.replace("unit =", "dominance = 10\nunit =");
    // In A1 one household earns 900 and five earn 20 each; elsewhere six earn 100 each.
    let of = |place: &str, wy: f64, wyy: f64| {
        let mut group = group(place, "F", "1-4", 6, 0, 0).remove(0);
        (group.sums.wy, group.sums.wyy, group.sums.wxy) = (wy, wyy, wy);
        group
    };
    let groups = [
        of("A1", 1000.0, 812_000.0),
        of("A2", 600.0, 60_000.0),
        of("B1", 600.0, 60_000.0),
    ];
    let withheld = |text: &str| -> Vec<String> {
        let definition = Definition::parse(text).unwrap();
        let tally = tally(&definition, &groups, &[], &nothing(), lineage).unwrap();
        let closed = tally
            .observations
            .into_iter()
            .filter(|o| o.status == Status::Suppressed);
        closed.map(|o| o.place).collect()
    };
    assert_eq!(withheld(&plain), Vec::<String>::new());
    // A2 would give A1 away: one of A and A2 goes with it.
    assert_eq!(withheld(&guarded), ["A1", "A2"]);
}

#[test]
fn a_weighted_share_waits_until_enough_rows_came() {
    let text = WATER.replace("unit =", "weight = \"household.w\"\nhold = 5\nunit =");
    let text = text.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]");
    let water = Definition::parse(&text).unwrap();
    let counted = |n_yes: u64, published: &Published| {
        let groups = [group("A1", "F", "1-4", n_yes, 20, 0).remove(0)];
        tally(&water, &groups, &[], published, lineage).unwrap()
    };
    let first = counted(30, &nothing());
    let published = Published {
        observations: first.observations.iter().map(|o| (o.key(), o.clone())).collect(),
        computed_at: Some(Time(7)),
    };
    let n = |tally: &Tally| (tally.observations[0].figures.n, tally.observations[0].as_of);
    assert_eq!(n(&counted(30, &published)), (Some(50), None));
    assert_eq!(n(&counted(34, &published)), (Some(50), Some(Time(7))));
    assert_eq!(n(&counted(35, &published)), (Some(55), None));
    assert_eq!(counted(34, &published).facts.n_held, [("2026".to_owned(), 1)]);
}

#[test]
fn a_nation_that_comes_in_by_areas_has_the_numbers_of_one_that_comes_at_once() {
    let water = Definition::parse(WATER).unwrap();
    let village = |name: &str, n_yes: u64| {
        let rows = [
            ("F", "1-4", 40),
            ("F", "5+", 30),
            ("M", "1-4", 25),
            ("M", "5+", 35),
        ];
        rows.map(|(sex, size, n_no)| group(name, sex, size, n_yes, n_no, 1))
            .concat()
    };
    let areas = [
        [village("A1", 20), village("A2", 30)].concat(),
        [village("B1", 40), village("B2", 25)].concat(),
    ];
    let in_area = |code: &str| Some(vec![code.to_owned(), code[..1].to_owned()]);
    let in_nation = |code: &str| {
        let mut line = in_area(code)?;
        line.push("N".to_owned());
        Some(line)
    };
    let mut by_area = AreaTally::new(&water, "2026").unwrap();
    let mut found: Vec<Observation> = Vec::new();
    for groups in &areas {
        found.extend(by_area.add(groups, &[], in_area).unwrap());
    }
    let nation = by_area.finish("N", &[]).unwrap();
    assert!(nation.proof.verified);
    assert_eq!(nation.hidden, [Vec::<usize>::new(), Vec::new()]);
    found.extend(nation.observations);
    let at_once = tally(&water, &areas.concat(), &[], &nothing(), in_nation).unwrap();
    let sorted = |observations: Vec<Observation>| {
        let mut told: Vec<_> = observations
            .into_iter()
            .map(|o| (o.key(), o.status, o.figures.value, o.figures.lower, o.figures.n))
            .collect();
        told.sort_by(|one, other| one.0.cmp(&other.0));
        told
    };
    assert_eq!(sorted(found), sorted(at_once.observations));
}
