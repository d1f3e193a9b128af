//! The tracker of the global goals: progress, forecast, comparison, hidden places and gaps, on its pages and in its files.

use pretty_assertions::assert_eq;
use serde_json::Value;
use tables::Rows;

use super::{PLACES, WATER, columns, compute, counted, households, import_places, load};
use crate::{html::check::faults, town::Town};

/// Five rounds in three villages: better everywhere, and Sugihwaras far behind Luwihaji, with which it makes a middling district.
async fn five_rounds() -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mut rows = Rows::new(columns());
    for (round, luwihaji, sugihwaras, sumberagung) in [
        ("2018", 240, 30, 180),
        ("2020", 260, 32, 200),
        ("2022", 290, 35, 215),
        ("2024", 310, 36, 230),
        ("2026", 340, 40, 250),
    ] {
        for (village, n, piped) in [
            ("35.22.01.2001", 400, luwihaji),
            ("35.22.01.2002", 100, sugihwaras),
            ("35.22.02.2001", 300, sumberagung),
        ] {
            households(&mut rows, village, round, "M", [piped, n - piped, 0]);
        }
    }
    town.app
        .lake
        .create("census__household", &columns())
        .await
        .expect("a table");
    town.app
        .lake
        .append("census__household", &rows)
        .await
        .expect("rows");
    load(&town, WATER).await;
    town.run_jobs().await;
    town
}

async fn json(town: &Town, path: &str) -> Value {
    town.stranger().gets(path).await.is(200).json()
}

/// How many statements are read to answer an address.
async fn n_reads(town: &Town, path: &str) -> u64 {
    let before = town.app.db.n_reads();
    town.stranger().gets(path).await.is(200);
    town.app.db.n_reads() - before
}

fn close(value: &Value, expected: f64) {
    let got = value.as_f64().unwrap_or(f64::NAN);
    assert!((got - expected).abs() < 1e-3, "{got} is not {expected}");
}

#[tokio::test]
async fn a_goal_is_told_by_its_indicators_and_says_how_many_tell() {
    let town = counted().await;
    let all = json(&town, "/sdg.json").await;
    // 37.0 % in 2021 and 64.6 % in 2026 are 1.0097 of the growth that leads to 100 % in 2030.
    assert_eq!(all["place"]["code"], "35.22");
    let six = &all["goals"][5];
    assert_eq!(
        (&six["goal"], &six["status"], &six["n_told"], &six["n_indicators"]),
        (&"6".into(), &"substantial".into(), &1.into(), &11.into())
    );
    close(&six["score"], 2.9265);
    assert_eq!(all["goals"].as_array().unwrap().len(), 17);
    assert_eq!(
        (&all["goals"][0]["status"], &all["goals"][0]["n_told"]),
        (&Value::Null, &0.into())
    );
    let goal = json(&town, "/sdg/6.json").await;
    let told: Vec<&str> = goal["targets"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|target| !target["status"].is_null())
        .map(|target| target["target"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["6.1"]);
    let target = json(&town, "/sdg/6/6.1.json").await;
    let series = &target["indicators"][0]["series"][0];
    assert_eq!(
        (
            &series["code"],
            &series["base"]["year"],
            &series["current"]["year"]
        ),
        (&"6.1.1".into(), &2021.0.into(), &2026.0.into())
    );
    close(&series["pace"], 1.0097);
}

#[tokio::test]
async fn the_goals_of_another_place_are_chosen_without_a_script() {
    let town = counted().await;
    let page = town
        .stranger()
        .gets("/sdg?place=35.22.02&lang=id")
        .await
        .is(200)
        .text();
    for part in [
        "Tujuan dan kemajuan – Ngraho",
        "<select class=\"govuk-select\" id=\"place\" name=\"place\"",
        "<option value=\"35.22.02\" selected>",
        "<option value=\"35.22\">",
        "<option value=\"35.22.02.2001\">",
        "/sdg/6?place=35.22.02&amp;lang=id",
        "Sesuai jalur",
        "1 dari 11",
        "<svg",
    ] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    for path in [
        "/sdg",
        "/sdg/6?place=35.22",
        "/sdg/6/6.1?place=35.22",
        "/sdg/11/11.c",
        "/indicators/6.1.1/progress?place=35.22.01",
        "/sdg/gaps?place=35.22&goal=6",
    ] {
        let page = town.stranger().gets(path).await.is(200).text();
        assert_eq!(faults(&page), Vec::<String>::new(), "{path}");
    }
}

#[tokio::test]
async fn what_there_is_no_goal_target_or_place_for_is_said_plainly() {
    let town = counted().await;
    for (path, said) in [
        ("/sdg/18", "There is no goal 18"),
        ("/sdg/six/6.1", "There is no goal six"),
        ("/sdg/6/7.1", "There is no target 7.1 of this goal"),
        ("/sdg/gaps?goal=0", "There is no goal 0"),
        ("/sdg?place=12.34", "There is no place with the code 12.34"),
        ("/indicators/9.9.9/progress", "There is no indicator 9.9.9"),
    ] {
        let page = town.stranger().gets(path).await.is(404).text();
        assert!(page.contains(said), "{path}: {page}");
    }
    // A place without numbers is no mistake.
    let page = town
        .stranger()
        .gets("/indicators/6.1.1/progress?place=35")
        .await
        .is(200)
        .text();
    assert!(page.contains("There is no number since 2015"), "{page}");
}

#[tokio::test]
async fn a_target_is_reached_even_where_only_one_year_is_known() {
    let town = counted().await;
    load(
        &town,
        &WATER.replace(
            "aim = { value = 100, year = 2030 }",
            "aim = { value = 50, year = 2030 }",
        ),
    )
    .await;
    town.run_jobs().await;
    // Kalangan was counted in 2026 alone: 35 of 75, and 50 % is aimed at.
    let below = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01.2003").await;
    assert_eq!(below["status"], Value::Null);
    assert!(
        below["why_not"]
            .as_str()
            .is_some_and(|why| why.contains("less than a year apart")),
        "{below}"
    );
    load(
        &town,
        &WATER.replace(
            "aim = { value = 100, year = 2030 }",
            "aim = { value = 40, year = 2030 }",
        ),
    )
    .await;
    town.run_jobs().await;
    let reached = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01.2003").await;
    assert_eq!(
        (&reached["status"], &reached["score"], &reached["pace"]),
        (&"achieved".into(), &5.0.into(), &Value::Null)
    );
    let page = town
        .stranger()
        .gets("/indicators/6.1.1?place=35.22.01.2003")
        .await
        .text();
    assert!(page.contains("The target of 40.0% for 2030 is reached"), "{page}");
}

#[tokio::test]
async fn several_series_are_one_indicator_by_their_mean() {
    let town = counted().await;
    // The same numbers against a target that they have passed: 5, beside 2.9265.
    let second = WATER
        .replace("code = \"6.1.1\"", "code = \"6.2.1-half\"\nindicator = \"6.2.1\"")
        .replace("value = 100", "value = 50");
    let first = WATER.replace("code = \"6.1.1\"", "code = \"6.2.1-full\"\nindicator = \"6.2.1\"");
    load(&town, &second).await;
    load(&town, &first).await;
    town.run_jobs().await;
    let target = json(&town, "/sdg/6/6.2.json").await;
    let indicator = &target["indicators"][0];
    assert_eq!(indicator["series"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&indicator["status"], &target["n_told"], &target["n_indicators"]),
        (&"substantial".into(), &1.into(), &1.into())
    );
    close(&indicator["score"], (5.0 + 2.9265) / 2.0);
}

#[tokio::test]
async fn what_stands_beside_an_indicator_moves_no_target() {
    let town = counted().await;
    let beside = WATER
        .replace("code = \"6.1.1\"", "code = \"6.1.1-half\"\nindicator = \"6.1.1\"")
        .replace("value = 100", "value = 50");
    load(&town, &beside).await;
    town.run_jobs().await;
    let target = json(&town, "/sdg/6/6.1.json").await;
    let indicator = &target["indicators"][0];
    let told: Vec<(&Value, &Value)> = indicator["series"]
        .as_array()
        .unwrap()
        .iter()
        .map(|series| (&series["code"], &series["counted"]))
        .collect();
    assert_eq!(
        told,
        [
            (&"6.1.1".into(), &true.into()),
            (&"6.1.1-half".into(), &false.into())
        ]
    );
    close(&indicator["score"], 2.9265);
    close(&target["score"], 2.9265);
    let page = town.stranger().gets("/sdg/6/6.1").await.is(200).text();
    assert_eq!(page.matches("its progress is not counted").count(), 1, "{page}");
    assert_eq!(faults(&page), [""; 0]);
}

#[tokio::test]
async fn a_forecast_goes_to_2030_within_bounds_and_says_how_likely_the_target_is() {
    let town = five_rounds().await;
    let district = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01").await;
    let forecast = &district["forecast"];
    assert_eq!(
        (&forecast["shape"], &forecast["n_readings"]),
        (&"share".into(), &5.into())
    );
    let expected = forecast["expected"].as_array().unwrap();
    assert_eq!(expected.len(), 4);
    let last = &expected[3];
    assert_eq!(last["period"], "2030");
    // Log-odds of 54, 58.4, 65, 69.2 and 76 % of 500, weighed by their errors.
    close(&last["value"], 83.0410);
    close(&last["lower_95"], 74.4298);
    close(&last["upper_95"], 89.1741);
    assert!(forecast["chance_of_aim"].as_f64().unwrap() < 0.001);
    assert_eq!(district["status"], "moderate");
    let page = town
        .stranger()
        .gets("/indicators/6.1.1/progress?place=35.22.01")
        .await
        .is(200)
        .text();
    for part in [
        "If it goes on as it went, it is 83.0% in 2030",
        "less than once in 100 times",
        "85 in 100 lay within such an interval",
        "id=\"forecast-title\"",
        "74.4%–89.2%",
    ] {
        assert!(page.contains(part), "no {part:?} in {page}");
    }
    // Two rounds are not enough.
    let two = counted().await;
    let page = two
        .stranger()
        .gets("/indicators/6.1.1/progress?place=35.22.01")
        .await
        .text();
    assert!(
        page.contains("Four numbers of different years are needed"),
        "{page}"
    );
    let two = json(&two, "/indicators/6.1.1/progress.json?place=35.22.01").await;
    assert!(
        two["forecast"]["why_not"]
            .as_str()
            .is_some_and(|why| why.contains("too few")),
        "{two}"
    );
}

#[tokio::test]
async fn a_place_is_compared_with_those_around_it_without_itself() {
    let town = five_rounds().await;
    let village = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01.2002").await;
    let above: Vec<(&str, &str)> = village["above"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["place"].as_str().unwrap(), row["verdict"].as_str().unwrap()))
        .collect();
    // The province has no numbers.
    assert_eq!(above, [("35.22.01", "worse"), ("35.22", "worse")]);
    // 40 of 100 beside the 340 of 400 of the other village: 45 points less.
    close(&village["above"][0]["value"], 76.0);
    let lower = village["above"][0]["difference_lower_95"].as_f64().unwrap();
    let upper = village["above"][0]["difference_upper_95"].as_f64().unwrap();
    assert!(
        -55.5 < lower && lower < -45.0 && -45.0 < upper && upper < -34.0,
        "{lower} {upper}"
    );
    let top = json(&town, "/indicators/6.1.1/progress.json?place=35.22").await;
    assert_eq!(top["above"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_middling_average_hides_a_bad_place_and_never_names_a_withheld_one() {
    let town = five_rounds().await;
    let district = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01").await;
    let hidden = district["hidden"].as_array().unwrap();
    assert_eq!(hidden.len(), 1);
    assert_eq!(
        (&hidden[0]["place"], &hidden[0]["place_name"]),
        (&"35.22.01.2002".into(), &"Sugihwaras".into())
    );
    // 76 − 40 points, of 100 households.
    close(&hidden[0]["gap"], 36.0);
    close(&hidden[0]["missed"], 36.0);
    // The district itself is within chance of the regency.
    let regency = json(&town, "/indicators/6.1.1/progress.json?place=35.22").await;
    assert_eq!(regency["hidden"].as_array().unwrap().len(), 0);
    // A bad place hides nobody.
    let village = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01.2002").await;
    assert_eq!(village["hidden"], Value::Null);

    // Kalangan: two of sixty, which is withheld, and something else with it.
    let mut more = Rows::new(columns());
    households(&mut more, "35.22.01.2003", "2026", "M", [2, 58, 0]);
    town.app.lake.append("census__household", &more).await.unwrap();
    compute(&town, "6.1.1").await;
    town.run_jobs().await;
    let withheld: Vec<String> = sqlx::query_scalar(
        "SELECT place FROM observation WHERE status = 'suppressed' AND period = '2026' AND by_dims = ''",
    )
    .fetch_all(town.app.db.read())
    .await
    .unwrap();
    assert!(withheld.contains(&"35.22.01.2003".to_owned()), "{withheld:?}");
    let district = json(&town, "/indicators/6.1.1/progress.json?place=35.22.01").await;
    for row in district["hidden"].as_array().into_iter().flatten() {
        let place = row["place"].as_str().unwrap().to_owned();
        assert!(!withheld.contains(&place), "{district}");
        assert!(row["value"].is_f64(), "{district}");
    }
    let page = town
        .stranger()
        .gets("/indicators/6.1.1/progress?place=35.22.01")
        .await
        .text();
    let after = page.split("id=\"hidden\"").nth(1).unwrap();
    assert!(!after.contains("Kalangan"), "{after}");
}

#[tokio::test]
async fn the_gaps_say_for_every_indicator_and_group_what_is_missing() {
    let town = counted().await;
    // Unemployment is asked by sex, age and disability; this one is broken down by sex alone.
    load(
        &town,
        &WATER
            .replace("6.1.1", "8.5.2")
            .replace("goal = \"6\"", "goal = \"8\""),
    )
    .await;
    town.run_jobs().await;
    let gaps = json(&town, "/sdg/gaps.json?place=35.22").await;
    let cells = |code: &str| -> Vec<String> {
        let row = gaps["indicators"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["indicator"] == code)
            .unwrap();
        row["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| {
                format!(
                    "{}={}",
                    cell["by"].as_str().unwrap(),
                    cell["state"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(
        cells("8.5.2"),
        [
            "=available",
            "sex=available",
            "age=undivided",
            "disability=undivided"
        ]
    );
    assert_eq!(cells("6.1.1"), ["=available", "sex=available"]);
    assert_eq!(cells("8.6.1"), ["=no-source", "sex=no-source", "age=no-source"]);
    assert_eq!(gaps["indicators"].as_array().unwrap().len(), 248);
    let csv = town
        .stranger()
        .gets("/sdg/gaps.csv?place=35.22&goal=8")
        .await
        .is(200)
        .text();
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .starts_with("place,goal,target,indicator,title,tier,custodian,by,asked,state")
    );
    let disability = csv
        .lines()
        .find(|line| line.starts_with("35.22,8,8.5,8.5.2,") && line.contains(",disability,"))
        .unwrap();
    assert_eq!(
        disability,
        "35.22,8,8.5,8.5.2,Unemployment,1,ILO,disability,yes,undivided,8.5.2,census__household,"
    );
    assert!(csv.lines().skip(1).all(|line| line.starts_with("35.22,8,8.")));
    let page = town
        .stranger()
        .gets("/sdg/gaps?place=35.22&goal=8")
        .await
        .is(200)
        .text();
    assert!(page.contains("8.5.2 Unemployment") && !page.contains("6.1.1 People"));
    // In a place where all women are withheld the group is.
    let stored: Vec<(String, String)> = sqlx::query_as(
        "SELECT codes, status FROM observation
         WHERE indicator = '6.1.1' AND place = '35.22.01.2002' AND period = '2026' AND by_dims = 'sex' ORDER BY codes",
    )
    .fetch_all(town.app.db.read())
    .await
    .unwrap();
    assert!(
        stored.iter().all(|(_, status)| status == "suppressed"),
        "{stored:?}"
    );
    let village = json(&town, "/sdg/gaps.json?place=35.22.01.2002&goal=6").await;
    assert_eq!(village["indicators"][0]["cells"][1]["state"], "withheld");
}

#[tokio::test]
async fn the_tracker_asks_the_database_a_few_things_however_many_indicators_there_are() {
    let town = counted().await;
    let paths = [
        // Have the indicators changed, have the places; and the numbers of the place.
        ("/sdg?place=35.22", 3),
        ("/sdg/6?place=35.22", 3),
        ("/sdg/6/6.1?place=35.22", 3),
        ("/sdg/gaps?place=35.22", 3),
        // The number over time, the places around, the places below.
        ("/indicators/6.1.1/progress?place=35.22.01", 5),
    ];
    for (path, expected) in paths {
        town.stranger().gets(path).await.is(200);
        assert_eq!(n_reads(&town, path).await, expected, "{path}");
    }
    for n in 2..=9 {
        load(&town, &WATER.replace("6.1.1", &format!("6.1.{n}"))).await;
    }
    town.run_jobs().await;
    for (path, expected) in paths {
        town.stranger().gets(path).await.is(200);
        assert_eq!(n_reads(&town, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn the_tracker_is_found_where_indicators_are() {
    let town = counted().await;
    let list = town.stranger().gets("/indicators").await.text();
    assert!(list.contains("href=\"/sdg\"") && list.contains("href=\"/sdg/gaps\""));
    let one = town.stranger().gets("/indicators/6.1.1?place=35.22").await.text();
    assert!(one.contains("href=\"/indicators/6.1.1/progress?place=35.22\""));
    let home = town.stranger().gets("/").await.text();
    assert!(home.contains("href=\"/sdg\""));
    let map = town.stranger().gets("/sitemap.xml").await.text();
    assert!(map.contains("/sdg</loc>"), "{map}");
}

#[tokio::test]
async fn without_numbers_and_without_places_there_are_still_goals() {
    let town = Town::new().await;
    for path in [
        "/sdg",
        "/sdg.json",
        "/sdg/1",
        "/sdg/1/1.1",
        "/sdg/gaps",
        "/sdg/gaps.csv",
    ] {
        town.stranger().gets(path).await.is(200);
    }
    let all = json(&town, "/sdg.json").await;
    assert_eq!(all["place"], Value::Null);
    assert_eq!(all["goals"].as_array().unwrap().len(), 17);
}
