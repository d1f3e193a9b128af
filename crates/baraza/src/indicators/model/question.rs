//! The question a definition asks of its tables: one pass, grouped as finely as any answer needs.
//!
//! Rows are summed by the finest place, the period and the codes of all dimensions together (and by cluster where there is a
//! design). Everything published is a sum of these groups, so the rows are read once and no row leaves the tables.

use super::definition::{Definition, Measure};

/// Names of the columns that [`groups`] answers with, in order: place, period, codes, design, sums.
pub const PLACE: &str = "in_place";
pub const PERIOD: &str = "in_period";

impl Definition {
    /// Returns the SQL that sums the rows of each group.
    #[must_use]
    pub fn groups_sql(&self) -> String {
        let mut keys = vec![
            format!("CAST(({}) AS VARCHAR) AS {PLACE}", self.place),
            format!("CAST(({}) AS VARCHAR) AS {PERIOD}", self.period.as_deref().unwrap_or("''")),
        ];
        keys.extend(self.dimensions.iter().enumerate().map(|(d, dimension)| format!("CAST(({}) AS VARCHAR) AS code_{d}", dimension.expression)));
        if let Some(design) = &self.design {
            keys.push(format!("CAST(({}) AS VARCHAR) AS in_stratum", design.strata.as_deref().unwrap_or("''")));
            keys.push(format!("CAST(({}) AS VARCHAR) AS in_cluster", design.cluster));
        }
        let n_keys = keys.len();
        keys.push(format!("{} AS y", self.y()));
        keys.push(format!("{} AS x", self.x()));
        keys.push(format!("CAST(({}) AS DOUBLE) AS w", self.weight.as_deref().unwrap_or("1")));
        let inner = format!("SELECT {}\nFROM {}\n{}", keys.join(",\n       "), self.from, self.where_sql());
        let columns: Vec<&str> = keys[..n_keys].iter().filter_map(|key| key.rsplit_once(" AS ").map(|(_, name)| name)).collect();
        let known = "y IS NOT NULL AND x IS NOT NULL AND w IS NOT NULL";
        let sum = |what: &str, name: &str| format!("SUM(CASE WHEN {known} THEN {what} ELSE 0 END) AS {name}");
        let mut sums = vec![
            format!("COUNT(CASE WHEN {known} THEN 1 END) AS n"),
            format!("COUNT(CASE WHEN {known} AND y > 0 THEN 1 END) AS n_yes"),
            format!("COUNT(CASE WHEN NOT ({known}) THEN 1 END) AS n_missing"),
        ];
        if !self.is_plain_count() {
            sums.extend([("w", "w"), ("w * w", "ww"), ("w * y", "wy"), ("w * x", "wx"), ("w * y * y", "wyy"), ("w * x * y", "wxy"), ("w * x * x", "wxx")].map(|(what, name)| sum(what, &format!("sum_{name}"))));
        }
        let keys = columns.join(", ");
        format!("SELECT {keys},\n       {}\nFROM (\n{inner}\n) counted\nGROUP BY {keys}", sums.join(",\n       "))
    }

    /// Returns the SQL that counts the sampled clusters of each period and stratum, over all rows whether counted or not.
    #[must_use]
    pub fn strata_sql(&self) -> Option<String> {
        let design = self.design.as_ref()?;
        let stratum = design.strata.as_deref().unwrap_or("''");
        let population = design.population.as_deref().unwrap_or("NULL");
        let period = self.period.as_deref().unwrap_or("''");
        Some(format!(
            "SELECT in_period, in_stratum, COUNT(DISTINCT in_cluster) AS n_clusters, MAX(population) AS population\nFROM (\n\
             SELECT CAST(({period}) AS VARCHAR) AS in_period, CAST(({stratum}) AS VARCHAR) AS in_stratum,\n       \
             CAST(({}) AS VARCHAR) AS in_cluster, CAST(({population}) AS DOUBLE) AS population\nFROM {}\n) sampled\n\
             GROUP BY in_period, in_stratum",
            design.cluster, self.from
        ))
    }

    /// True where counts say everything: a share of rows that each count once.
    #[must_use]
    pub fn is_plain_count(&self) -> bool {
        self.measure == Measure::Share && self.weight.is_none()
    }

    fn y(&self) -> String {
        match (self.measure, &self.numerator) {
            // A condition that is neither true nor false is a missing answer.
            (Measure::Share, Some(condition)) => format!("CASE WHEN ({condition}) THEN 1.0 WHEN NOT ({condition}) THEN 0.0 END"),
            (_, Some(number)) => format!("CAST(({number}) AS DOUBLE)"),
            (_, None) => "1.0".to_owned(),
        }
    }

    fn x(&self) -> String {
        match (self.measure, &self.denominator) {
            (Measure::Ratio, Some(number)) => format!("CAST(({number}) AS DOUBLE)"),
            _ => "1.0".to_owned(),
        }
    }

    fn where_sql(&self) -> String {
        let of = self.denominator.as_ref().filter(|_| self.measure == Measure::Share);
        let conditions: Vec<String> = [self.universe.as_ref(), of].into_iter().flatten().map(|c| format!("({c})")).collect();
        if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::definition::{Definition, tests::WATER};

    #[test]
    fn a_share_without_weights_asks_for_counts_only() {
        let water = Definition::parse(&WATER.replace("[[\"sex\"], [\"size\", \"sex\"]]", "[]")).unwrap();
        assert_eq!(
            water.groups_sql().lines().map(str::trim).collect::<Vec<_>>().join(" "),
            "SELECT in_place, in_period, code_0, code_1, \
             COUNT(CASE WHEN y IS NOT NULL AND x IS NOT NULL AND w IS NOT NULL THEN 1 END) AS n, \
             COUNT(CASE WHEN y IS NOT NULL AND x IS NOT NULL AND w IS NOT NULL AND y > 0 THEN 1 END) AS n_yes, \
             COUNT(CASE WHEN NOT (y IS NOT NULL AND x IS NOT NULL AND w IS NOT NULL) THEN 1 END) AS n_missing \
             FROM ( SELECT CAST((household.village) AS VARCHAR) AS in_place, CAST((household.round) AS VARCHAR) AS in_period, \
             CAST((household.head_sex) AS VARCHAR) AS code_0, \
             CAST((CASE WHEN household.size > 4 THEN '5+' ELSE '1-4' END) AS VARCHAR) AS code_1, \
             CASE WHEN (household.water = 'pipe') THEN 1.0 WHEN NOT (household.water = 'pipe') THEN 0.0 END AS y, 1.0 AS x, \
             CAST((1) AS DOUBLE) AS w FROM household  ) counted GROUP BY in_place, in_period, code_0, code_1"
        );
    }

    #[test]
    fn a_design_adds_stratum_and_cluster_and_a_count_of_the_whole_sample() {
        let text = format!("universe = \"age < 5\"\nweight = \"pw\"\ndesign = {{ cluster = \"dnum\", strata = \"stype\", population = \"fpc\" }}\n{WATER}");
        let sampled = Definition::parse(&text).unwrap();
        assert!(sampled.groups_sql().contains("GROUP BY in_place, in_period, code_0, code_1, in_stratum, in_cluster"));
        let strata = sampled.strata_sql().unwrap();
        assert!(strata.contains("COUNT(DISTINCT in_cluster)") && strata.contains("MAX(population)") && !strata.contains("age < 5"), "{strata}");
    }
}
