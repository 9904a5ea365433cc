//! The text that `search` looks through.

use memchr::memmem;

use super::lead_values::LeadValues;

/// Stands between the parts of a lead, so that nothing is found across them.
const SEPARATOR: char = '\u{1f}';

/// The searched fields of all leads in one text, in lower case, with the end of each beside it.
///
/// Filled when a search comes, not when a lead does: creating stays cheap, and looking through
/// one text takes a hundredth of what looking through the table takes.
#[derive(Debug, Default)]
pub(super) struct SearchText {
    text: String,
    leads: Vec<SearchedLead>,
}

#[derive(Debug)]
struct SearchedLead {
    id: i64,
    tenant: i64,
    end: usize,
}

impl SearchText {
    /// The id of the last lead taken in, or 0.
    pub(super) fn last_id(&self) -> i64 {
        self.leads.last().map_or(0, |lead| lead.id)
    }

    /// Takes in a lead. Ids must ascend.
    pub(super) fn push(&mut self, id: i64, tenant: i64, values: &LeadValues) {
        self.push_part(&values.full_name());
        for name in ["email", "phone_number"] {
            self.push_part(values.text(name).unwrap_or_default());
        }
        let end = self.text.len();
        self.leads.push(SearchedLead { id, tenant, end });
    }

    fn push_part(&mut self, part: &str) {
        self.text.push_str(&part.to_lowercase());
        self.text.push(SEPARATOR);
    }

    /// The ids of the tenant's leads that hold `wanted` in name, e-mail or phone number without
    /// regard to case, ascending.
    pub(super) fn find(&self, tenant: i64, wanted: &str) -> Vec<i64> {
        let wanted = wanted.to_lowercase();
        let finder = memmem::Finder::new(&wanted);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(offset) = finder.find(&self.text.as_bytes()[from..]) {
            let at = from + offset;
            let index = self.leads.partition_point(|lead| lead.end <= at);
            let Some(lead) = self.leads.get(index) else {
                break;
            };
            if lead.tenant == tenant {
                found.push(lead.id);
            }
            from = lead.end;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::SearchText;
    use crate::model::{FieldValue, LEAD_FIELDS};
    use crate::sandbox::lead_values::LeadValues;

    fn lead(first_name: &str, last_name: &str, email: &str, phone_number: &str) -> LeadValues {
        let mut values = LeadValues::with_room();
        for field in &LEAD_FIELDS {
            let text = match field.name {
                "first_name" => first_name,
                "last_name" => last_name,
                "email" => email,
                "phone_number" => phone_number,
                _ => "",
            };
            values.push((!text.is_empty()).then(|| FieldValue::Text(text.to_owned().into())));
        }
        values
    }

    #[test]
    fn leads_are_found_by_parts_of_name_email_and_phone() {
        let mut searched = SearchText::default();
        searched.push(
            1,
            1,
            &lead("Jane", "Doe", "jane@example.com", "+12025550100"),
        );
        searched.push(2, 1, &lead("", "Çelik", "CELIK@example.com", ""));
        searched.push(3, 2, &lead("Jane", "Roe", "", "+12025550101"));
        searched.push(5, 1, &lead("", "janedoe", "", "+12025550101"));
        for (tenant, wanted, expected) in [
            (1, "JANE", vec![1, 5]),
            (1, "jane doe", vec![1]),
            (1, "çelik", vec![2]),
            (1, "celik@EXAMPLE", vec![2]),
            (1, "example.com", vec![1, 2]),
            (1, "55501", vec![1, 5]),
            (2, "55501", vec![3]),
            (1, "nobody", vec![]),
            (3, "jane", vec![]),
        ] {
            assert_eq!(searched.find(tenant, wanted), expected, "{tenant} {wanted}");
        }
        assert_eq!(searched.last_id(), 5);
    }
}
