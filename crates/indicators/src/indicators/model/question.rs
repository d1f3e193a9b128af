//! The question a definition asks of its tables: sums by the finest place, period and every combination asked for.
//!
//! One pass over the rows. Everything published is a sum of what it answers, and no row leaves the tables.

use tables::{CubeSpec, GroupingSets};

use super::definition::{Counting, Definition, Measure};

impl Definition {
    /// Returns the sums to ask for. The cube's dimensions are place, period, the definition's own, and with a design stratum and
    /// cluster; its grouping sets are the definition's combinations, in order, then the [`Definition::probes`] by period.
    /// `counting` is the definition's own.
    #[must_use]
    pub fn cube(&self, counting: &Counting) -> CubeSpec {
        let mut dimensions = vec![
            ("in_place".to_owned(), counting.place.clone()),
            (
                "in_period".to_owned(),
                counting.period.clone().unwrap_or_else(|| "''".to_owned()),
            ),
        ];
        let own = dimensions.len();
        dimensions.extend(
            self.dimensions
                .iter()
                .enumerate()
                .map(|(d, dimension)| (format!("code_{d}"), dimension.expression.clone())),
        );
        let mut always = vec![0, 1];
        if let Some(design) = &counting.design {
            always.extend([dimensions.len(), dimensions.len() + 1]);
            dimensions.push((
                "in_stratum".to_owned(),
                design.strata.clone().unwrap_or_else(|| "''".to_owned()),
            ));
            dimensions.push(("in_cluster".to_owned(), design.cluster.clone()));
        }
        let published = self.sets.iter().map(|set| {
            always
                .iter()
                .copied()
                .chain(set.iter().map(|d| own + d))
                .collect()
        });
        let probes = self.probes().into_iter().map(|(a, b)| vec![1, own + a, own + b]);
        let sets = published.chain(probes).collect();
        CubeSpec {
            from: counting.from.clone(),
            filter: self.filter(counting),
            dimensions,
            sums: self.sums(counting),
            sets: GroupingSets::These(sets),
        }
    }

    /// Pairs of dimensions that are counted together for everybody, to find codes that mean the same rows: "not asked because
    /// under five" in one dimension and "under five" in another.
    #[must_use]
    pub fn probes(&self) -> Vec<(usize, usize)> {
        let used = |d: usize| self.sets.iter().any(|set| set.contains(&d));
        let n = self.dimensions.len();
        (0..n)
            .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
            .filter(|&(a, b)| used(a) && used(b))
            .collect()
    }

    /// Returns the SQL that counts the sampled clusters of each period and stratum, over all rows whether counted or not.
    #[must_use]
    pub fn strata_sql(&self) -> Option<String> {
        let counting = self.counting()?;
        let design = counting.design.as_ref()?;
        let stratum = design.strata.as_deref().unwrap_or("''");
        let population = design.population.as_deref().unwrap_or("NULL");
        let period = counting.period.as_deref().unwrap_or("''");
        Some(format!(
            "SELECT in_period, in_stratum, COUNT(DISTINCT in_cluster) AS n_clusters, MAX(population) AS population\nFROM (\n\
             SELECT ({period}) AS in_period, ({stratum}) AS in_stratum, ({}) AS in_cluster, CAST(({population}) AS DOUBLE) AS population\n\
             FROM {}\n) sampled\nGROUP BY in_period, in_stratum",
            design.cluster, counting.from
        ))
    }

    /// True where counts say everything: a share of rows that each count once.
    #[must_use]
    pub fn is_plain_count(&self) -> bool {
        let has_weight = self.counting().is_some_and(|counting| counting.weight.is_some());
        self.measure == Measure::Share && !has_weight
    }

    /// Names and expressions of the sums: rows, those of the numerator, those without an answer, then the weighted ones, and two by
    /// each replicate weight.
    fn sums(&self, counting: &Counting) -> Vec<(String, String)> {
        let one_if = |condition: &str| format!("CASE WHEN {condition} THEN 1 ELSE 0 END");
        // A condition that is neither true nor false is a missing answer.
        let y = match (self.measure, &counting.numerator) {
            (Measure::Share, Some(condition)) => {
                format!("CASE WHEN ({condition}) THEN 1.0 WHEN NOT ({condition}) THEN 0.0 END")
            }
            (_, Some(number)) => format!("CAST(({number}) AS DOUBLE)"),
            (_, None) => "1.0".to_owned(),
        };
        let x = match (self.measure, &counting.denominator) {
            (Measure::Ratio, Some(number)) => format!("CAST(({number}) AS DOUBLE)"),
            _ => "1.0".to_owned(),
        };
        let named = |name: &str, expression: String| (name.to_owned(), expression);
        let numerator = counting.numerator.as_deref().unwrap_or("TRUE");
        if self.is_plain_count() {
            return vec![
                named("n_rows", "1".to_owned()),
                named("n_yes", one_if(&format!("({numerator})"))),
                named("n_missing", one_if(&format!("({numerator}) IS NULL"))),
            ];
        }
        let w = format!("CAST(({}) AS DOUBLE)", counting.weight.as_deref().unwrap_or("1"));
        let known = format!("({y}) IS NOT NULL AND ({x}) IS NOT NULL AND ({w}) IS NOT NULL");
        let sum = |of: String| format!("CASE WHEN {known} THEN {of} ELSE 0.0 END");
        let mut sums = vec![
            named("n_rows", "1".to_owned()),
            named("n_yes", one_if(&format!("{known} AND ({y}) > 0"))),
            named("n_missing", one_if(&format!("NOT ({known})"))),
            named("sum_w", sum(format!("({w})"))),
            named("sum_ww", sum(format!("({w}) * ({w})"))),
            named("sum_wy", sum(format!("({w}) * ({y})"))),
            named("sum_wx", sum(format!("({w}) * ({x})"))),
            named("sum_wyy", sum(format!("({w}) * ({y}) * ({y})"))),
            named("sum_wxy", sum(format!("({w}) * ({x}) * ({y})"))),
            named("sum_wxx", sum(format!("({w}) * ({x}) * ({x})"))),
        ];
        let replicates = counting.replicates.iter();
        for (at, weight) in replicates.flat_map(|of| &of.weights).enumerate() {
            let v = format!("CAST(({weight}) AS DOUBLE)");
            let sum = |of: &str| {
                format!("CASE WHEN {known} AND ({v}) IS NOT NULL THEN ({v}) * ({of}) ELSE 0.0 END")
            };
            sums.push(named(&format!("sum_vy_{at}"), sum(&y)));
            sums.push(named(&format!("sum_vx_{at}"), sum(&x)));
        }
        sums
    }

    fn filter(&self, counting: &Counting) -> Option<String> {
        let of = counting
            .denominator
            .as_ref()
            .filter(|_| self.measure == Measure::Share);
        let conditions: Vec<String> = [counting.universe.as_ref(), of]
            .into_iter()
            .flatten()
            .map(|c| format!("({c})"))
            .collect();
        (!conditions.is_empty()).then(|| conditions.join(" AND "))
    }
}

#[cfg(test)]
mod tests {
    use tables::{CubeSpec, GroupingSets};

    use super::super::definition::{Definition, tests::WATER};

    fn cube(definition: &Definition) -> CubeSpec {
        definition.cube(definition.counting().unwrap())
    }

    #[test]
    fn a_share_without_weights_asks_for_counts_by_every_combination() {
        let cube = cube(&Definition::parse(WATER).unwrap());
        assert_eq!(cube.from, "household");
        assert_eq!(
            cube.sets,
            GroupingSets::These(vec![vec![0, 1], vec![0, 1, 2], vec![0, 1, 2, 3], vec![1, 2, 3]])
        );
        let names: Vec<&str> = cube.sums.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["n_rows", "n_yes", "n_missing"]);
        assert_eq!(
            cube.sums[2].1,
            "CASE WHEN (household.water = 'pipe') IS NULL THEN 1 ELSE 0 END"
        );
        assert_eq!(cube.filter, None);
    }

    #[test]
    fn replicate_weights_add_two_sums_each() {
        let text =
            format!("weight = \"w\"\nreplicates = {{ columns = \"r{{1..2}}\", method = \"jk1\" }}\n{WATER}");
        let cube = cube(&Definition::parse(&text).unwrap());
        let names: Vec<&str> = cube.sums[10..].iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["sum_vy_0", "sum_vx_0", "sum_vy_1", "sum_vx_1"]);
        let (_, last) = cube.sums.last().unwrap();
        assert!(
            last.contains(
                "(CAST((r2) AS DOUBLE)) IS NOT NULL THEN (CAST((r2) AS DOUBLE)) * (1.0) ELSE 0.0 END"
            ),
            "{last}"
        );
    }

    #[test]
    fn a_design_adds_stratum_and_cluster_and_a_count_of_the_whole_sample() {
        let text = format!(
            "universe = \"age < 5\"\nweight = \"pw\"\ndesign = {{ cluster = \"dnum\", strata = \"stype\", population = \"fpc\" }}\n{WATER}"
        );
        let sampled = Definition::parse(&text).unwrap();
        assert_eq!(
            cube(&sampled).sets,
            GroupingSets::These(vec![
                vec![0, 1, 4, 5],
                vec![0, 1, 4, 5, 2],
                vec![0, 1, 4, 5, 2, 3],
                vec![1, 2, 3]
            ])
        );
        assert_eq!(cube(&sampled).filter.as_deref(), Some("(age < 5)"));
        let strata = sampled.strata_sql().unwrap();
        assert!(
            strata.contains("COUNT(DISTINCT in_cluster)") && !strata.contains("age < 5"),
            "{strata}"
        );
    }
}
