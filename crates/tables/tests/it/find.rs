use std::{ops::Range, sync::Arc};

use futures::StreamExt;
use pretty_assertions::assert_eq;
use tables::{
    Column, Comparison, Condition, Error, Field, Find, Found, Kind, Lake, Limits, Order, Rows, TableVersion,
    Value, Words,
};

use crate::TestLake;

fn everything() -> Find {
    Find {
        condition: Condition::All(Vec::new()),
        words: Vec::new(),
        fields: vec![Field::Number, Field::Column("n".into())],
        is_distinct: false,
        order: Vec::new(),
        offset: 0,
        n_rows: 100,
        is_counted: true,
    }
}

/// A table of several files, in which row `n` says `n`, whether it is even, and a word.
async fn hundred(numbered: bool) -> TestLake {
    let test = TestLake::new();
    let columns = vec![
        Column::new("n", Kind::Integer),
        Column::new("even", Kind::Flag),
        Column::new("word", Kind::Text),
    ];
    test.lake.create("t", &columns).await.expect("a table");
    for piece in [1..31, 31..32, 32..101] as [Range<i64>; 3] {
        let mut rows = Rows::new(columns.clone());
        rows.rows = piece
            .map(|n| {
                let word = if n % 10 == 0 {
                    Value::Null
                } else {
                    Value::from(format!("Kali {}", n % 3))
                };
                vec![Value::Integer(n), Value::Flag(n % 2 == 0), word]
            })
            .collect();
        test.lake.append("t", &rows).await.expect("rows");
    }
    if numbered {
        test.lake.number_rows("t").await.expect("numbered");
    }
    test
}

async fn found(lake: &Lake, find: &Find) -> Found {
    lake.find(&TableVersion::newest("t"), find, Limits::default())
        .await
        .expect("found")
}

fn numbers(found: &Found) -> Vec<i64> {
    found.rows.iter().filter_map(|row| row[0].as_integer()).collect()
}

fn by(field: Field, is_descending: bool) -> Order {
    Order {
        field,
        is_descending,
        is_null_first: false,
    }
}

#[tokio::test]
async fn a_row_has_the_same_number_on_every_page_and_under_every_condition() {
    for numbered in [false, true] {
        let test = hundred(numbered).await;
        let mut all = Vec::new();
        for offset in [0, 25, 50, 75] {
            let page = found(
                &test.lake,
                &Find {
                    offset,
                    n_rows: 25,
                    ..everything()
                },
            )
            .await;
            assert_eq!(page.n_all, Some(100));
            all.extend(page.rows);
        }
        let wanted: Vec<_> = (1..=100)
            .map(|n| vec![Value::Integer(n), Value::Integer(n)])
            .collect();
        assert_eq!(all, wanted);
        let column = |name: &str| Field::Column(name.into());
        let even = Condition::In {
            field: column("even"),
            values: vec![Value::Flag(true)],
        };
        let page = found(
            &test.lake,
            &Find {
                condition: even.clone(),
                offset: 10,
                n_rows: 3,
                ..everything()
            },
        )
        .await;
        assert_eq!((numbers(&page), page.n_all), (vec![22, 24, 26], Some(50)));
        let late = Condition::Compare {
            field: column("n"),
            how: Comparison::AtLeast,
            value: Value::Integer(97),
        };
        let empty = Condition::IsNull {
            field: column("word"),
        };
        let either = Condition::All(vec![even, Condition::Any(vec![late, empty])]);
        let page = found(
            &test.lake,
            &Find {
                condition: either,
                n_rows: 4,
                offset: 9,
                ..everything()
            },
        )
        .await;
        assert_eq!((numbers(&page), page.n_all), (vec![98, 100], Some(11)));
        let order = vec![by(column("word"), true), by(column("n"), true)];
        let page = found(
            &test.lake,
            &Find {
                order,
                n_rows: 3,
                ..everything()
            },
        )
        .await;
        assert_eq!((numbers(&page), page.n_all), (vec![98, 95, 92], Some(100)));
    }
}

#[tokio::test]
async fn conditions_on_numbers_mean_the_same_whether_numbers_are_kept_or_counted() {
    for numbered in [false, true] {
        let test = hundred(numbered).await;
        for (how, value, wanted, n_all) in [
            (Comparison::More, 97, vec![98, 99, 100], 3),
            (Comparison::AtLeast, 99, vec![99, 100], 2),
            (Comparison::Less, 3, vec![1, 2], 2),
            (Comparison::AtMost, 2, vec![1, 2], 2),
            (Comparison::More, -5, vec![1, 2, 3, 4], 100),
            (Comparison::More, 100, vec![], 0),
        ] {
            let condition = Condition::Compare {
                field: Field::Number,
                how,
                value: Value::Integer(value),
            };
            let page = found(
                &test.lake,
                &Find {
                    condition,
                    n_rows: 4,
                    ..everything()
                },
            )
            .await;
            assert_eq!(
                (numbers(&page), page.n_all),
                (wanted, Some(n_all)),
                "{how:?} {value}"
            );
        }
        let values = [31, 7, 100, 0, 101, 7, -1].map(Value::Integer).to_vec();
        let condition = Condition::In {
            field: Field::Number,
            values,
        };
        let page = found(
            &test.lake,
            &Find {
                condition,
                ..everything()
            },
        )
        .await;
        assert_eq!((numbers(&page), page.n_all), (vec![7, 31, 100], Some(3)));
        let order = vec![by(Field::Number, true)];
        let page = found(
            &test.lake,
            &Find {
                order: order.clone(),
                n_rows: 2,
                ..everything()
            },
        )
        .await;
        assert_eq!(numbers(&page), [100, 99]);
        let page = found(
            &test.lake,
            &Find {
                order,
                offset: 98,
                n_rows: 10,
                ..everything()
            },
        )
        .await;
        assert_eq!(numbers(&page), [2, 1]);
    }
}

#[tokio::test]
async fn words_are_looked_for_in_the_columns_named_and_the_best_match_comes_first() {
    let test = hundred(false).await;
    // How often a letter stands in the text is how well it matches.
    let letters = |columns: &[&str], letter: char| Words {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rank: Arc::new(move |text| {
            let n = text.matches(letter).count();
            (n > 0).then(|| n as f64 / 10.0)
        }),
    };
    let fields = vec![Field::Number, Field::Rank(0)];
    let find = Find {
        words: vec![letters(&["n", "word"], '1')],
        fields: fields.clone(),
        n_rows: 2,
        ..everything()
    };
    let page = found(&test.lake, &find).await;
    // 1 and "Kali 1", 10 has no word, 11 and "Kali 2", 31 and "Kali 1", …
    assert_eq!(page.rows[0], [Value::Integer(1), Value::Decimal(0.2)]);
    assert_eq!(page.rows[1], [Value::Integer(11), Value::Decimal(0.2)]);
    let find = Find {
        words: vec![letters(&["word"], '2')],
        fields,
        n_rows: 0,
        ..everything()
    };
    assert_eq!(found(&test.lake, &find).await.n_all, Some(30));
}

#[tokio::test]
async fn distinct_rows_stand_once_and_pages_of_them_do_not_overlap() {
    let test = hundred(false).await;
    let fields = vec![Field::Column("even".into()), Field::Column("word".into())];
    let mut all = Vec::new();
    for offset in [0, 3, 6] {
        let find = Find {
            fields: fields.clone(),
            is_distinct: true,
            offset,
            n_rows: 3,
            ..everything()
        };
        let page = found(&test.lake, &find).await;
        assert_eq!(page.n_all, Some(7));
        all.extend(page.rows);
    }
    assert_eq!(all.len(), 7);
    let kinds: std::collections::BTreeSet<String> = all.iter().map(|row| format!("{row:?}")).collect();
    assert_eq!(kinds.len(), 7);
}

#[tokio::test]
async fn hidden_columns_can_neither_be_asked_for_nor_conditioned_on_nor_ordered_by() {
    let test = hundred(true).await;
    let table = TableVersion::newest("t").hiding(["word"]);
    let word = || Field::Column("word".into());
    let kept = Field::Column(tables::ROW_NUMBER.into());
    let asks = [
        Find {
            fields: vec![word()],
            ..everything()
        },
        Find {
            fields: vec![kept],
            ..everything()
        },
        Find {
            condition: Condition::IsNull { field: word() },
            ..everything()
        },
        Find {
            condition: Condition::In {
                field: word(),
                values: Vec::new(),
            },
            ..everything()
        },
        Find {
            order: vec![by(word(), false)],
            ..everything()
        },
        Find {
            words: vec![Words {
                columns: vec!["word".into()],
                rank: Arc::new(|_| Some(1.0)),
            }],
            ..everything()
        },
    ];
    for find in asks {
        let refused = test.lake.find(&table, &find, Limits::default()).await;
        assert!(
            matches!(refused, Err(Error::BadQuery(_))),
            "{find:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn pieces_of_a_search_are_the_search() {
    let test = hundred(true).await;
    let table = TableVersion::newest("t");
    let even = Condition::In {
        field: Field::Column("even".into()),
        values: vec![Value::Flag(true)],
    };
    for find in [
        Find {
            n_rows: usize::MAX,
            ..everything()
        },
        Find {
            offset: 10,
            n_rows: 45,
            ..everything()
        },
        Find {
            condition: even,
            offset: 1,
            n_rows: 40,
            ..everything()
        },
        Find {
            order: vec![by(Field::Column("word".into()), false)],
            n_rows: 50,
            ..everything()
        },
    ] {
        let whole = found(&test.lake, &find).await.rows;
        let mut pieces = test
            .lake
            .find_in_pieces(&table, &find, 7, Limits::default())
            .await
            .expect("open");
        let mut all = Vec::new();
        while let Some(piece) = pieces.next().await {
            all.extend(piece.expect("a piece"));
        }
        assert_eq!(all, whole);
    }
}
