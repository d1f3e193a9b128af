//! What differs between two texts, line by line.

/// Lines of either text beyond which nothing is compared: no profile is so long.
const MOST_LINES: usize = 2_000;

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub fate: Fate,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Same,
    Gone,
    Come,
}

impl Fate {
    /// What stands before the line.
    pub fn mark(self) -> &'static str {
        match self {
            Fate::Same => " ",
            Fate::Gone => "−",
            Fate::Come => "+",
        }
    }

    pub fn class(self) -> &'static str {
        match self {
            Fate::Same => "bz-desk-diff__line",
            Fate::Gone => "bz-desk-diff__line bz-desk-diff__line--gone",
            Fate::Come => "bz-desk-diff__line bz-desk-diff__line--come",
        }
    }
}

/// Compares two texts: the changed lines with two unchanged ones around them. Nothing for texts that are the same or too long.
pub fn compare(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old == new || old.len() > MOST_LINES || new.len() > MOST_LINES {
        return Vec::new();
    }
    around_changes(&whole(&old, &new))
}

/// The longest common subsequence, told as lines.
fn whole(old: &[&str], new: &[&str]) -> Vec<Line> {
    let width = new.len() + 1;
    // For each pair of ends how many lines the rests have in common.
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    let line = |text: &str, fate| Line {
        text: text.to_owned(),
        fate,
    };
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(line(old[i], Fate::Same));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            lines.push(line(old[i], Fate::Gone));
            i += 1;
        } else {
            lines.push(line(new[j], Fate::Come));
            j += 1;
        }
    }
    lines
}

fn around_changes(lines: &[Line]) -> Vec<Line> {
    const AROUND: usize = 2;
    let is_near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        let to = (at + AROUND + 1).min(lines.len());
        lines[from..to].iter().any(|line| line.fate != Fate::Same)
    };
    let mut kept: Vec<Line> = Vec::new();
    let mut is_cut = false;
    for (at, line) in lines.iter().enumerate() {
        if is_near(at) {
            if is_cut && !kept.is_empty() {
                kept.push(Line {
                    text: "…".to_owned(),
                    fate: Fate::Same,
                });
            }
            is_cut = false;
            kept.push(line.clone());
        } else {
            is_cut = true;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_told_with_what_stands_around_them() {
        let old = "a\nb\nc\nyellow = 3\nd\ne\nf\ng\nh\nlast";
        let new = "a\nb\nc\nyellow = 4\nd\ne\nf\ng\nh\nmore\nlast";
        let told: Vec<String> = compare(old, new)
            .iter()
            .map(|line| format!("{}{}", line.fate.mark(), line.text))
            .collect();
        assert_eq!(
            told,
            [
                " b",
                " c",
                "−yellow = 3",
                "+yellow = 4",
                " d",
                " e",
                " …",
                " g",
                " h",
                "+more",
                " last"
            ]
        );
        assert_eq!(compare(old, old), Vec::new());
    }
}
