//! The parsed form of an expression.

use std::{fmt, str::FromStr, sync::Arc};

use super::{SyntaxError, parser, pattern::Pattern};

/// One parsed expression: cheap to clone, free to share between threads.
#[derive(Clone)]
pub struct Expr {
    root: Arc<Node>,
    source: Arc<str>,
}

impl Expr {
    /// Parses an expression; the error names the column and the remedy.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        Ok(Self {
            root: Arc::new(parser::parse(source)?),
            source: source.trim().into(),
        })
    }

    /// Parses an expression written as seen from a child of the node it is evaluated at, so that `../n` is the node's own `n`.
    ///
    /// `jr:count` is written as seen from an entry, of which there may be none.
    pub fn parse_from_child(source: &str) -> Result<Self, SyntaxError> {
        let mut root = parser::parse(source)?;
        root.lift(false);
        Ok(Self {
            root: Arc::new(root),
            source: source.trim().into(),
        })
    }

    /// Returns the text the expression was parsed from.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// Tells whether the value is drawn by lot or reads nothing but the clock, so that it is settled once.
    ///
    /// JavaRosa evaluates a calculation when what it reads changes; one that reads nothing is evaluated once.
    pub(crate) fn is_settled_once(&self) -> bool {
        let (mut by_lot, mut reads) = (false, false);
        self.root().visit(&mut |node| match node {
            Node::Call(Function::Random | Function::Uuid, _) => by_lot = true,
            Node::Path(_) | Node::Call(Function::Instance | Function::Current | Function::PullData, _) => {
                reads = true;
            }
            _ => {}
        });
        by_lot || !reads
    }

    /// Returns the name when the expression is one plain child, as in `name`.
    pub(crate) fn child_name(&self) -> Option<&str> {
        match self.root() {
            Node::Path(Path {
                absolute: false,
                steps,
            }) => match &steps[..] {
                [
                    Step {
                        axis: Axis::Child,
                        test: Test::Name(name),
                        predicates,
                    },
                ] if predicates.is_empty() => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns what a translated text is asked for by, in `jr:itext(…)`.
    pub(crate) fn itext_argument(&self) -> Option<&Node> {
        match self.root() {
            Node::Call(Function::Itext, arguments) => arguments.first(),
            _ => None,
        }
    }

    /// Tells whether the expression is one fixed value, such as `true()` or `'a'`.
    pub fn is_constant(&self) -> bool {
        match self.root() {
            Node::Number(_) | Node::Literal(_) => true,
            Node::Call(f, _) => matches!(f, Function::True | Function::False),
            _ => false,
        }
    }
}

impl FromStr for Expr {
    type Err = SyntaxError;

    fn from_str(source: &str) -> Result<Self, SyntaxError> {
        Self::parse(source)
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.source)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[derive(Debug)]
pub(crate) enum Node {
    Number(f64),
    Literal(Box<str>),
    Or(Vec<Node>),
    And(Vec<Node>),
    Compare(Comparison, Box<(Node, Node)>),
    Arithmetic(Arithmetic, Box<(Node, Node)>),
    Negate(Box<Node>),
    Union(Vec<Node>),
    Path(Path),
    /// A value walked on from: `instance('x')/root/item`, `current()/../age`.
    Filter {
        base: Box<Node>,
        predicates: Vec<Node>,
        steps: Vec<Step>,
    },
    Call(Function, Vec<Node>),
    /// `regex(value, 'literal')`, compiled once.
    Matches(Box<Node>, Pattern),
}

impl Node {
    /// Takes the first `..` off every path that begins at the context node.
    fn lift(&mut self, in_predicate: bool) {
        let climb = |steps: &mut Vec<Step>| {
            let climbs = steps.first().is_some_and(|s| {
                s.axis == Axis::Parent && s.test == Test::AnyNode && s.predicates.is_empty()
            });
            if climbs {
                steps[0].axis = Axis::SelfNode;
                if steps.len() > 1 {
                    steps.remove(0);
                }
            }
        };
        let below = |steps: &mut Vec<Step>| {
            steps
                .iter_mut()
                .flat_map(|s| &mut s.predicates)
                .for_each(|p| p.lift(true));
        };
        match self {
            Self::Number(_) | Self::Literal(_) => {}
            Self::Or(parts) | Self::And(parts) | Self::Union(parts) | Self::Call(_, parts) => {
                parts.iter_mut().for_each(|p| p.lift(in_predicate));
            }
            Self::Compare(_, both) | Self::Arithmetic(_, both) => {
                both.0.lift(in_predicate);
                both.1.lift(in_predicate);
            }
            Self::Negate(inner) | Self::Matches(inner, _) => inner.lift(in_predicate),
            Self::Path(path) => {
                if !path.absolute && !in_predicate {
                    climb(&mut path.steps);
                }
                below(&mut path.steps);
            }
            Self::Filter {
                base,
                predicates,
                steps,
            } => {
                if matches!(**base, Self::Call(Function::Current, _)) && predicates.is_empty() {
                    climb(steps);
                }
                base.lift(in_predicate);
                predicates.iter_mut().for_each(|p| p.lift(true));
                below(steps);
            }
        }
    }

    /// Shows every part of the expression, predicates included.
    pub fn visit(&self, see: &mut dyn FnMut(&Node)) {
        see(self);
        let steps = |steps: &[Step], see: &mut dyn FnMut(&Node)| {
            steps
                .iter()
                .flat_map(|s| &s.predicates)
                .for_each(|p| p.visit(see));
        };
        match self {
            Self::Number(_) | Self::Literal(_) => {}
            Self::Or(parts) | Self::And(parts) | Self::Union(parts) | Self::Call(_, parts) => {
                parts.iter().for_each(|p| p.visit(see));
            }
            Self::Compare(_, both) | Self::Arithmetic(_, both) => {
                both.0.visit(see);
                both.1.visit(see);
            }
            Self::Negate(inner) | Self::Matches(inner, _) => inner.visit(see),
            Self::Path(path) => steps(&path.steps, see),
            Self::Filter {
                base,
                predicates,
                steps: more,
            } => {
                base.visit(see);
                predicates.iter().for_each(|p| p.visit(see));
                steps(more, see);
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug)]
pub(crate) struct Path {
    pub absolute: bool,
    pub steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub axis: Axis,
    pub test: Test,
    pub predicates: Vec<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Parent,
    Preceding,
    PrecedingSibling,
    SelfNode,
}

impl Axis {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ancestor" => Self::Ancestor,
            "ancestor-or-self" => Self::AncestorOrSelf,
            "attribute" => Self::Attribute,
            "child" => Self::Child,
            "descendant" => Self::Descendant,
            "descendant-or-self" => Self::DescendantOrSelf,
            "following" => Self::Following,
            "following-sibling" => Self::FollowingSibling,
            "parent" => Self::Parent,
            "preceding" => Self::Preceding,
            "preceding-sibling" => Self::PrecedingSibling,
            "self" => Self::SelfNode,
            _ => return None,
        })
    }

    /// Tells whether positions on the axis count backwards through the document.
    pub fn is_reverse(self) -> bool {
        matches!(
            self,
            Self::Ancestor | Self::AncestorOrSelf | Self::Parent | Self::Preceding | Self::PrecedingSibling
        )
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    /// `*` or `prefix:*`.
    AnyName,
    /// The local part of a name.
    Name(Box<str>),
    /// `node()`.
    AnyNode,
    /// `text()`: stands for the element itself when it has a value, because values are not nodes here.
    Text,
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal ..= $most:expr;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Function { $($variant),* }

        impl Function {
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Finds a function with the least and most arguments it takes.
            pub fn named(name: &str) -> Option<(Self, usize, usize)> {
                match name { $($name => Some((Self::$variant, $least, $most)),)* _ => None }
            }

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

const ANY: usize = usize::MAX;

functions! {
    Last "last" 0..=0;
    Position "position" 0..=1;
    Count "count" 1..=1;
    LocalName "local-name" 0..=1;
    Name "name" 0..=1;
    NamespaceUri "namespace-uri" 0..=1;
    String "string" 0..=1;
    Concat "concat" 0..=ANY;
    StartsWith "starts-with" 2..=2;
    EndsWith "ends-with" 2..=2;
    Contains "contains" 2..=2;
    SubstringBefore "substring-before" 2..=2;
    SubstringAfter "substring-after" 2..=2;
    Substring "substring" 2..=3;
    Substr "substr" 2..=3;
    StringLength "string-length" 0..=1;
    NormalizeSpace "normalize-space" 0..=1;
    Translate "translate" 3..=3;
    Join "join" 1..=ANY;
    Boolean "boolean" 1..=1;
    BooleanFromString "boolean-from-string" 1..=1;
    Not "not" 1..=1;
    True "true" 0..=0;
    False "false" 0..=0;
    If "if" 3..=3;
    Coalesce "coalesce" 2..=ANY;
    Once "once" 1..=1;
    Number "number" 0..=1;
    Int "int" 1..=1;
    Sum "sum" 1..=1;
    Min "min" 1..=ANY;
    Max "max" 1..=ANY;
    Floor "floor" 1..=1;
    Ceiling "ceiling" 1..=1;
    Round "round" 1..=2;
    Abs "abs" 1..=1;
    Pow "pow" 2..=2;
    Exp "exp" 1..=1;
    Exp10 "exp10" 1..=1;
    Log "log" 1..=1;
    Log10 "log10" 1..=1;
    Sqrt "sqrt" 1..=1;
    Sin "sin" 1..=1;
    Cos "cos" 1..=1;
    Tan "tan" 1..=1;
    Asin "asin" 1..=1;
    Acos "acos" 1..=1;
    Atan "atan" 1..=1;
    Atan2 "atan2" 2..=2;
    Pi "pi" 0..=0;
    Selected "selected" 2..=2;
    SelectedAt "selected-at" 2..=2;
    CountSelected "count-selected" 1..=1;
    CountNonEmpty "count-non-empty" 1..=1;
    ChoiceName "jr:choice-name" 2..=2;
    Itext "jr:itext" 1..=1;
    IndexedRepeat "indexed-repeat" 3..=ANY;
    Instance "instance" 1..=1;
    Current "current" 0..=0;
    PullData "pulldata" 4..=4;
    Regex "regex" 2..=2;
    Checklist "checklist" 3..=ANY;
    WeightedChecklist "weighted-checklist" 4..=ANY;
    Today "today" 0..=0;
    Now "now" 0..=0;
    Date "date" 1..=1;
    DateTime "date-time" 1..=1;
    DecimalDate "decimal-date" 1..=1;
    DecimalDateTime "decimal-date-time" 1..=1;
    DecimalTime "decimal-time" 1..=1;
    FormatDate "format-date" 2..=2;
    FormatDateTime "format-date-time" 2..=2;
    Random "random" 0..=0;
    Randomize "randomize" 1..=2;
    Uuid "uuid" 0..=1;
    Area "area" 1..=1;
    Distance "distance" 1..=ANY;
    Geofence "geofence" 2..=2;
    Digest "digest" 2..=3;
    Base64Decode "base64-decode" 1..=1;
    Version "version" 0..=0;
}
