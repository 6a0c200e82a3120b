//! Salary ranges.

use crate::{FieldCode, FieldErrors};
use serde::{Deserialize, Serialize};

/// The period that the amounts refer to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SalaryPeriod {
    /// Per hour.
    Hour,
    /// Per day.
    Day,
    /// Per month.
    Month,
    /// Per year.
    Year,
}

impl SalaryPeriod {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// A salary range in whole units of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Salary {
    /// Lower bound.
    pub min: Option<i64>,
    /// Upper bound.
    pub max: Option<i64>,
    /// ISO 4217 currency code.
    pub currency: String,
    /// The period that the amounts refer to.
    pub period: SalaryPeriod,
}

/// A [`Salary`] as sent by clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SalaryInput {
    /// Lower bound.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000_000_000_i64))]
    pub min: Option<i64>,
    /// Upper bound.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000_000_000_i64))]
    pub max: Option<i64>,
    /// ISO 4217 currency code.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 3))]
    pub currency: String,
    /// The period that the amounts refer to.
    pub period: SalaryPeriod,
}

/// Accepted ISO 4217 currency codes.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// Whether this is the ISO 4217 code of a currency.
pub(crate) fn is_currency(code: &str) -> bool {
    code.len() == 3 && CURRENCIES.split(' ').any(|c| c == code)
}

impl SalaryInput {
    /// Validates range and currency. Errors are added to `errors` under `salary.…`.
    pub fn parse(self, errors: &mut FieldErrors) -> Option<Salary> {
        let before = errors.0.len();
        for (field, amount) in [("salary.min", self.min), ("salary.max", self.max)] {
            if amount.is_some_and(|a| !(0..=1_000_000_000_000).contains(&a)) {
                errors.add(
                    field,
                    FieldCode::OutOfRange,
                    "Use a whole number from 0 to 1 000 000 000 000.",
                );
            }
        }
        match (self.min, self.max) {
            (None, None) => errors.add(
                "salary.min",
                FieldCode::Required,
                "Enter at least one of min and max.",
            ),
            (Some(min), Some(max)) if min > max => {
                errors.add("salary.min", FieldCode::Conflicting, "min is greater than max.");
            }
            _ => {}
        }
        if !is_currency(&self.currency) {
            errors.add(
                "salary.currency",
                FieldCode::InvalidFormat,
                "Use an ISO 4217 currency code, such as EUR.",
            );
        }
        (errors.0.len() == before).then_some(Salary {
            min: self.min,
            max: self.max,
            currency: self.currency,
            period: self.period,
        })
    }
}
