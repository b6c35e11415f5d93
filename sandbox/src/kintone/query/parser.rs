//! Tokens as a query.

use super::lexer::{Token, syntax_error, tokens};
use crate::kintone::failure::Failure;

/// A query, not yet held against a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(super) condition: Option<Condition>,
    pub(super) order: Vec<(String, Direction)>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Compare(Comparison),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) field: String,
    pub(super) operator: Operator,
    pub(super) operands: Vec<Operand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    In,
    NotIn,
    Like,
    NotLike,
    IsEmpty,
    IsNotEmpty,
}

impl Operator {
    /// As it is written.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::GreaterOrEqual => ">=",
            Self::LessOrEqual => "<=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Like => "like",
            Self::NotLike => "not like",
            Self::IsEmpty => "is empty",
            Self::IsNotEmpty => "is not empty",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Text(String),
    Number(String),
    Function(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    pub(super) fn is_descending(self) -> bool {
        self == Self::Descending
    }
}

/// Parses a query; an empty one matches everything.
///
/// # Errors
/// `CB_VA01` at `query` if it is not well-formed.
pub(crate) fn parse(query: &str) -> Result<Query, Failure> {
    let mut parser = Parser { tokens: tokens(query)?, position: 0 };
    let mut query = Query::default();
    if !parser.at_end() && !parser.at_options() {
        query.condition = Some(parser.either()?);
    }
    parser.options(&mut query)?;
    if parser.at_end() { Ok(query) } else { Err(syntax_error()) }
}

struct Parser {
    tokens: Vec<Token>,
    position: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position)
    }

    fn at_end(&self) -> bool {
        self.peek().is_none()
    }

    fn at_options(&self) -> bool {
        ["order", "limit", "offset"].iter().any(|keyword| self.at_keyword(keyword))
    }

    fn at_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.at_keyword(keyword);
        self.position += usize::from(found);
        found
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(known)) if *known == symbol);
        self.position += usize::from(found);
        found
    }

    fn next(&mut self) -> Result<Token, Failure> {
        let token = self.peek().cloned().ok_or_else(syntax_error)?;
        self.position += 1;
        Ok(token)
    }

    fn word(&mut self) -> Result<String, Failure> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            _ => Err(syntax_error()),
        }
    }

    fn either(&mut self) -> Result<Condition, Failure> {
        let mut condition = self.both()?;
        while self.take_keyword("or") {
            condition = Condition::Or(Box::new(condition), Box::new(self.both()?));
        }
        Ok(condition)
    }

    fn both(&mut self) -> Result<Condition, Failure> {
        let mut condition = self.single()?;
        while self.take_keyword("and") {
            condition = Condition::And(Box::new(condition), Box::new(self.single()?));
        }
        Ok(condition)
    }

    fn single(&mut self) -> Result<Condition, Failure> {
        if self.take_symbol("(") {
            let condition = self.either()?;
            return if self.take_symbol(")") { Ok(condition) } else { Err(syntax_error()) };
        }
        let field = self.word()?;
        let operator = self.operator()?;
        let operands = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            Operator::IsEmpty | Operator::IsNotEmpty => Vec::new(),
            _ => vec![self.operand()?],
        };
        Ok(Condition::Compare(Comparison { field, operator, operands }))
    }

    fn operator(&mut self) -> Result<Operator, Failure> {
        Ok(match self.next()? {
            Token::Symbol("=") => Operator::Equal,
            Token::Symbol("!=") => Operator::NotEqual,
            Token::Symbol(">") => Operator::Greater,
            Token::Symbol("<") => Operator::Less,
            Token::Symbol(">=") => Operator::GreaterOrEqual,
            Token::Symbol("<=") => Operator::LessOrEqual,
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "in" => Operator::In,
                "like" => Operator::Like,
                "not" if self.take_keyword("in") => Operator::NotIn,
                "not" if self.take_keyword("like") => Operator::NotLike,
                "is" if self.take_keyword("empty") => Operator::IsEmpty,
                "is" if self.take_keyword("not") && self.take_keyword("empty") => Operator::IsNotEmpty,
                _ => return Err(syntax_error()),
            },
            _ => return Err(syntax_error()),
        })
    }

    fn list(&mut self) -> Result<Vec<Operand>, Failure> {
        if !self.take_symbol("(") {
            return Err(syntax_error());
        }
        let mut operands = vec![self.operand()?];
        while self.take_symbol(",") {
            operands.push(self.operand()?);
        }
        if self.take_symbol(")") { Ok(operands) } else { Err(syntax_error()) }
    }

    fn operand(&mut self) -> Result<Operand, Failure> {
        match self.next()? {
            Token::Text(text) => Ok(Operand::Text(text)),
            Token::Word(word) if is_number(&word) => Ok(Operand::Number(word)),
            Token::Word(word) if self.take_symbol("(") => {
                while !self.take_symbol(")") {
                    self.next()?;
                }
                Ok(Operand::Function(word))
            }
            _ => Err(syntax_error()),
        }
    }

    fn options(&mut self, query: &mut Query) -> Result<(), Failure> {
        if self.take_keyword("order") {
            if !self.take_keyword("by") {
                return Err(syntax_error());
            }
            query.order.push(self.order_key()?);
            while self.take_symbol(",") {
                query.order.push(self.order_key()?);
            }
        }
        loop {
            if query.limit.is_none() && self.take_keyword("limit") {
                query.limit = Some(self.count()?);
            } else if query.offset.is_none() && self.take_keyword("offset") {
                query.offset = Some(self.count()?);
            } else {
                return Ok(());
            }
        }
    }

    fn order_key(&mut self) -> Result<(String, Direction), Failure> {
        let field = self.word()?;
        let direction = if self.take_keyword("desc") {
            Direction::Descending
        } else {
            self.take_keyword("asc");
            Direction::Ascending
        };
        Ok((field, direction))
    }

    fn count(&mut self) -> Result<usize, Failure> {
        self.word()?.parse().map_err(|_| syntax_error())
    }
}

fn is_number(word: &str) -> bool {
    crate::kintone::decimal::Decimal::parse(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_closer_than_or() {
        let query = parse("a = 1 or b = 2 and c = 3").unwrap();
        assert!(matches!(query.condition, Some(Condition::Or(_, right))
            if matches!(*right, Condition::And(..))));
    }

    #[test]
    fn options_may_stand_alone() {
        let query = parse("order by $id asc, 名前 desc limit 5 offset 10").unwrap();
        assert_eq!(query.order.len(), 2);
        assert_eq!((query.limit, query.offset), (Some(5), Some(10)));
        assert_eq!(parse("").unwrap(), Query::default());
    }

    #[test]
    fn nonsense_is_refused_at_the_query() {
        for query in [
            "title ===",
            "title",
            "title = ",
            "= 1",
            "a = 1 and",
            "(a = 1",
            "a = 'x'",
            "a in 1",
            "a in ()",
            "a = 1 limit",
            "a = 1 limit x",
            "limit -1",
            "a = 1 b = 2",
            "a is",
            "order a",
        ] {
            let failure = parse(query).unwrap_err();
            assert_eq!(failure.code(), "CB_VA01", "{query}");
            assert_eq!(failure.places().collect::<Vec<_>>(), ["query"]);
        }
    }
}
