//! Is this text a valid e-mail address, phone number, web address, id? Pure checks of single values.
//!
//! Owns the rules for values, with the address grammar of the CRM's framework, the phone metadata of
//! libphonenumber and the names of countries. Knows nothing of columns, rows or mappings, reads no
//! file and no clock, and never changes a value, except that [`normalise_phone`] returns a normal form.
//!
//! A check answers with a [`Finding`](crate::model::Finding): a code and the rest of a sentence that
//! begins with the value. All checks run for every row, so that valid values are found valid
//! without allocating where the libraries underneath permit.
//!
//! Start with [`check_email`] and [`normalise_phone`].

mod country_names;
mod email;
mod folded;
mod integer;
mod phone;
mod phone_library;
mod phone_metadata;
mod phone_origin;
mod plain_host;
mod region;
mod text_limits;
mod url;

pub use email::{EmailLevel, check_email};
pub use folded::folded;
pub use integer::parse_integer;
pub use phone::{Phone, normalise_phone};
pub use phone_origin::region_of_phone;
pub use region::Region;
pub use text_limits::check_length;
pub use url::check_url;
