use super::*;
use Concept::{
    Campaign, Company, Country, Date, Description, Email, Fax, FirstName, Flag, FullName, JobTitle,
    Kind, LastName, LeadSource, LeadStatus, Message, Mobile, Name, OtherPerson, OtherThing,
    OwnStatusId, Owner, Phone, PreferredContact, RecordId, Region, SourcePageUrl, Street, Tags,
    Utm, Website,
};

fn concepts(name: &str) -> Vec<Concept> {
    let reading = read_header(name);
    reading.guesses.iter().map(|guess| guess.concept).collect()
}

/// Names of columns and what they can hold.
const NAMES: &[(&str, &[Concept])] = &[
    ("Last Name", &[LastName]),
    ("lastname", &[LastName]),
    ("Contact: Last Name", &[LastName]),
    ("Lead Last_Name*", &[LastName]),
    ("properties.firstname", &[FirstName]),
    ("Person - Name", &[FullName]),
    ("Record Name", &[Name]),
    ("Contact Name", &[FullName]),
    ("Nachname, Vorname", &[FullName]),
    ("Organization - Name", &[Company]),
    ("Phone 1 - Value", &[Phone]),
    ("Phone 1 - Type", &[Kind]),
    ("Phone 1 - Label", &[Kind]),
    ("phone_mobile", &[Mobile]),
    ("phone_fax", &[Fax]),
    ("Person - Email - Work", &[Email]),
    ("E-mail 2 Address", &[Email]),
    ("E-mail 2 Type", &[Kind]),
    ("Email Opt Out", &[Flag]),
    ("IP Address", &[OtherThing]),
    ("Assistant's Phone", &[OtherPerson]),
    ("Lead Owner", &[Owner]),
    ("Lead Owner.id", &[OtherThing]),
    ("Created By", &[OtherPerson]),
    ("Record Id", &[RecordId]),
    ("Company ID", &[Company]),
    ("Mailing Country", &[Country]),
    ("Address 1 - Country", &[Country]),
    ("primary_address_country", &[Country]),
    ("Business Country/Region", &[Country]),
    ("State/Province", &[Region]),
    ("Address 1 - Street", &[Street]),
    ("Lead Source", &[LeadSource]),
    ("lead_source_description", &[OtherThing]),
    ("Estado", &[LeadStatus, Region]),
    ("Estado del lead", &[LeadStatus]),
    ("Status lead", &[LeadStatus]),
    ("hs_lead_status", &[LeadStatus]),
    ("lead_status_id", &[OwnStatusId]),
    ("Website", &[Website]),
    ("Landing Page URL", &[SourcePageUrl]),
    ("Preferred Contact Method", &[PreferredContact]),
    ("utm_campaign", &[Campaign]),
    ("utm_source", &[Utm]),
    ("Person - Label", &[Tags]),
    ("Ihre Nachricht", &[Message]),
    ("Bemerkungen", &[Description]),
    ("Phonetic First Name", &[OtherThing]),
    ("Given Name Yomi", &[OtherThing]),
    ("Job Title", &[JobTitle]),
    ("Last Activity Date", &[Date]),
    ("Telehpone", &[Phone]),
    ("Contact: Fisrt Name", &[FirstName]),
    ("Hotline Phone", &[Phone]),
    ("File Name", &[Website]),
    ("Flughöhe", &[]),
    ("", &[]),
    ("???", &[]),
];

#[test]
fn names_say_what_a_column_holds() {
    for (name, expected) in NAMES {
        assert_eq!(&concepts(name), expected, "{name}");
    }
}

#[test]
fn phones_of_one_lead_are_told_apart() {
    for (name, place, number) in [
        ("Phone", Place::Usual, 0),
        ("Business Phone 2", Place::Work, 2),
        ("Home Phone", Place::Home, 0),
        ("Telefon (geschäftlich)", Place::Work, 0),
        ("Otro teléfono", Place::Other, 0),
        ("İş Telefonu", Place::Work, 0),
    ] {
        let reading = read_header(name);
        assert_eq!((reading.place, reading.number), (place, number), "{name}");
        assert_eq!(concepts(name), [Phone], "{name}");
    }
}
