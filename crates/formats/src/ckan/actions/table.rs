//! One row for each action, in the order of what they are about.

use super::{Description, Effect, Parameter};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident $name:literal $effect:ident $does:literal $parameters:expr => $gives:literal;)*) => {
        /// An action of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Action] = &[$(Action::$variant,)*];

            pub(super) fn describe(self) -> Description {
                match self {
                    $(Action::$variant => Description {
                        name: $name,
                        effect: Effect::$effect,
                        does: $does,
                        parameters: $parameters,
                        gives: $gives,
                    },)*
                }
            }
        }
    };
}

const NONE: &[Parameter] = &[];
const DATASET: &[Parameter] = &[("id", "string", "id or name of the dataset")];
const RESOURCE: &[Parameter] = &[("id", "string", "id of the resource")];
const ORGANIZATION: &[Parameter] = &[("id", "string", "id or name of the organisation")];
const GROUP: &[Parameter] = &[("id", "string", "id or name of the group")];
const PAGE: &[Parameter] = &[
    ("limit?", "int", "how many at most"),
    ("offset?", "int", "how many to pass over"),
];
const COMPLETE: &[Parameter] = &[
    ("q", "string", "what the names begin with or hold"),
    ("limit?", "int", "how many at most"),
];
const DATASET_FIELDS: &[Parameter] = &[
    (
        "name",
        "string",
        "its part of the address: 2 to 100 of a-z, 0-9, - and _; unique",
    ),
    ("title?", "string", "what people call it; the name when left out"),
    (
        "owner_org",
        "string",
        "id or name of the organisation that publishes it",
    ),
    ("private?", "bool", "whether only the organisation sees it"),
    ("notes?", "string", "description, in Markdown"),
    ("author?", "string", "who made it"),
    ("author_email?", "string", "where the author is reached"),
    ("maintainer?", "string", "who looks after it"),
    ("maintainer_email?", "string", "where the maintainer is reached"),
    ("license_id?", "string", "a licence of license_list"),
    ("url?", "string", "where it comes from"),
    ("version?", "string", "at most 100 characters"),
    (
        "state?",
        "string",
        "active, draft or deleted; heard from those who may set it",
    ),
    ("type?", "string", "dataset when left out"),
    (
        "resources?",
        "list of dicts",
        "its files and services, as for resource_create",
    ),
    (
        "tags?",
        "list of dicts",
        "each with a name: 2 to 100 letters, digits, spaces, - _ .",
    ),
    (
        "extras?",
        "list of dicts",
        "each with a key and a value of your own",
    ),
    ("groups?", "list of dicts", "each with the id or name of a group"),
];
const RESOURCE_FIELDS: &[Parameter] = &[
    ("url?", "string", "where the data are, unless a file is uploaded"),
    (
        "upload?",
        "file",
        "the file itself, as a part of a multipart form",
    ),
    ("name?", "string", "what people call it"),
    ("description?", "string", "what it is, in Markdown"),
    ("format?", "string", "CSV and the like; guessed when left out"),
    ("hash?", "string", "check sum of the data"),
    ("resource_type?", "string", "file, api, documentation"),
    ("mimetype?", "string", "media type of the data"),
    ("size?", "int", "in bytes"),
    ("created?", "iso date string", "when it was made"),
    ("last_modified?", "iso date string", "when the data changed"),
];
const GROUP_FIELDS: &[Parameter] = &[
    (
        "name",
        "string",
        "its part of the address: 2 to 100 of a-z, 0-9, - and _; unique",
    ),
    ("title?", "string", "what people call it"),
    ("description?", "string", "what it is"),
    ("image_url?", "string", "address of a picture"),
    (
        "image_upload?",
        "file",
        "the picture itself, as a part of a multipart form",
    ),
    (
        "extras?",
        "list of dicts",
        "each with a key and a value of your own",
    ),
];
const GROUP_SHOW: &[Parameter] = &[
    ("id", "string", "id or name"),
    ("include_datasets?", "bool", "with its first datasets"),
    (
        "include_dataset_count?",
        "bool",
        "with the number of its datasets; true when left out",
    ),
    ("include_extras?", "bool", "with its extras; true when left out"),
    (
        "include_users?",
        "bool",
        "with its members, as far as they are public",
    ),
    (
        "include_groups?",
        "bool",
        "with the groups above it; true when left out",
    ),
    (
        "include_followers?",
        "bool",
        "with the number of its followers; true when left out",
    ),
];
const GROUP_LIST: &[Parameter] = &[
    (
        "q?",
        "string",
        "only those whose name, title or description holds it",
    ),
    (
        "sort?",
        "string",
        "name, title or package_count, with asc or desc",
    ),
    ("limit?", "int", "how many at most"),
    ("offset?", "int", "how many to pass over"),
    ("all_fields?", "bool", "whole entries instead of names"),
    (
        "include_dataset_count?",
        "bool",
        "with all_fields: the number of their datasets",
    ),
    ("include_extras?", "bool", "with all_fields: their extras"),
    (
        "include_groups?",
        "bool",
        "with all_fields: the groups above them",
    ),
    (
        "include_users?",
        "bool",
        "with all_fields: their members, as far as they are public",
    ),
];
const USER_FIELDS: &[Parameter] = &[
    (
        "name",
        "string",
        "2 to 100 of a-z, 0-9, - and _; stands in for fullname, since the name of a user here is their id",
    ),
    ("email", "string", "where the user is reached"),
    ("password", "string", "10 characters or more"),
    ("fullname?", "string", "what people call the user"),
];
const USER_CHANGES: &[Parameter] = &[
    ("id", "string", "id or name of the user"),
    ("fullname?", "string", "what people call the user"),
    ("email?", "string", "where the user is reached"),
    ("password?", "string", "another password"),
    (
        "old_password?",
        "string",
        "the one before it, for who changes their own",
    ),
];
const STREAM: &[Parameter] = &[
    ("id", "string", "id or name"),
    ("limit?", "int", "how many at most: 31 when left out, up to 100"),
    ("offset?", "int", "how many to pass over"),
    (
        "before?",
        "float",
        "only what was done before, in seconds since 1970",
    ),
    (
        "after?",
        "float",
        "only what was done after, in seconds since 1970",
    ),
];

actions! {
    StatusShow "status_show" Reads
        "Tells what this site is and which version of the API it speaks."
        NONE => "site_title, site_description, site_url, locale_default, extensions, ckan_version";
    SiteRead "site_read" Reads
        "Tells whether the site may be read at all."
        NONE => "true";
    HelpShow "help_show" Reads
        "Shows the help of an action."
        &[("name", "string", "name of the action")] => "the text of its help";

    PackageList "package_list" Reads
        "Lists the names of all public datasets in the order of the alphabet."
        &[
            ("limit?", "int", "how many at most"),
            ("offset?", "int", "how many to pass over"),
            ("include_private?", "bool", "with private datasets that you may see"),
            ("include_drafts?", "bool", "with drafts of your own"),
            ("include_deleted?", "bool", "with deleted datasets that you may see"),
        ] => "list of names";
    CurrentPackageListWithResources "current_package_list_with_resources" Reads
        "Lists datasets with their resources, the latest changed first."
        PAGE => "list of datasets";
    PackageSearch "package_search" Reads
        "Searches datasets by words, filters and facets, in the query language of Solr."
        &[
            ("q?", "string", "words, or a query with fields: title:water AND tags:\"rain fall\"; everything when left out"),
            ("fq?", "string", "a filter: organization:health +res_format:CSV"),
            ("fq_list?", "list of strings", "more filters"),
            ("sort?", "string", "fields with asc or desc; 'score desc, metadata_modified desc' when left out"),
            ("rows?", "int", "how many at most: 10 when left out, up to 1000"),
            ("start?", "int", "how many to pass over"),
            ("facet?", "string", "false for no facets"),
            ("facet.field?", "list of strings", "fields to count values of: [\"tags\", \"organization\"]"),
            ("facet.limit?", "int", "how many values of each at most: 50 when left out, negative for all"),
            ("facet.mincount?", "int", "only values that occur so often: 1 when left out"),
            ("fl?", "list of strings", "only these fields of each dataset"),
            ("include_private?", "bool", "with private datasets that you may see"),
            ("include_drafts?", "bool", "with drafts of your own"),
            ("include_deleted?", "bool", "with deleted datasets that you may see"),
            ("ext_bbox?", "string", "west,south,east,north in degrees: only what lies in there"),
        ] => "count, results, sort, facets, search_facets";
    PackageShow "package_show" Reads
        "Shows a dataset with its resources."
        DATASET => "the dataset";
    PackageCreate "package_create" Writes
        "Makes a dataset."
        DATASET_FIELDS => "the dataset";
    PackageUpdate "package_update" Writes
        "Replaces a dataset: what is left out is taken away, but for its resources. See package_patch."
        DATASET_FIELDS => "the dataset";
    PackagePatch "package_patch" Writes
        "Changes what is sent of a dataset and leaves the rest."
        DATASET => "the dataset";
    PackageRevise "package_revise" Writes
        "Changes parts deep inside a dataset, if it still is as you think it is."
        &[
            ("match", "dict", "values that have to match, with the id or name; also as match__KEY"),
            ("filter?", "list of strings", "patterns of what to take away: -resources__1, +title, -*"),
            ("update?", "dict", "what to lay over it; also as update__resources__0__name, update__resources__extend"),
            ("include?", "list of strings", "patterns of what to leave out of the answer"),
        ] => "package: the dataset";
    PackageDelete "package_delete" Writes
        "Deletes a dataset; it can be brought back."
        DATASET => "null";
    PackageResourceReorder "package_resource_reorder" Writes
        "Puts the resources of a dataset into another order."
        &[
            ("id", "string", "id or name of the dataset"),
            ("order", "list of strings", "ids of resources; the others follow them"),
        ] => "id and order";
    PackageAutocomplete "package_autocomplete" Reads
        "Completes names and titles of datasets."
        COMPLETE => "list of name, title, match_field and match_displayed";
    PackageActivityList "package_activity_list" Reads
        "Lists what was done to a dataset, the latest first."
        STREAM => "list of activities";
    RecentlyChangedPackagesActivityList "recently_changed_packages_activity_list" Reads
        "Lists what was done to any dataset, the latest first."
        PAGE => "list of activities";

    ResourceShow "resource_show" Reads
        "Shows a resource."
        RESOURCE => "the resource";
    ResourceSearch "resource_search" Reads
        "Searches the resources of public datasets by their fields."
        &[
            ("query", "string or list of strings", "field:text; all of them have to hold"),
            ("order_by?", "string", "a field"),
            ("limit?", "int", "how many at most"),
            ("offset?", "int", "how many to pass over"),
        ] => "count and results";
    ResourceCreate "resource_create" Writes
        "Adds a resource to a dataset; send package_id beside its fields."
        RESOURCE_FIELDS => "the resource";
    ResourceUpdate "resource_update" Writes
        "Replaces a resource; send its id beside its fields."
        RESOURCE_FIELDS => "the resource";
    ResourcePatch "resource_patch" Writes
        "Changes what is sent of a resource and leaves the rest."
        RESOURCE => "the resource";
    ResourceDelete "resource_delete" Writes
        "Takes a resource out of its dataset."
        RESOURCE => "null";
    ResourceViewList "resource_view_list" Reads
        "Lists the views of a resource; every table here has its own page instead."
        RESOURCE => "an empty list";
    FormatAutocomplete "format_autocomplete" Reads
        "Completes names of formats, the most used first."
        COMPLETE => "list of formats";

    OrganizationList "organization_list" Reads
        "Lists organisations."
        GROUP_LIST => "list of names, or of organisations";
    OrganizationListForUser "organization_list_for_user" Reads
        "Lists the organisations for which you have a permission."
        &[
            ("permission?", "string", "read, create_dataset, update_dataset; manage_group when left out"),
            ("include_dataset_count?", "bool", "with the number of their datasets"),
        ] => "list of organisations";
    OrganizationShow "organization_show" Reads
        "Shows an organisation."
        GROUP_SHOW => "the organisation";
    OrganizationCreate "organization_create" Writes
        "Makes an organisation."
        GROUP_FIELDS => "the organisation";
    OrganizationUpdate "organization_update" Writes
        "Changes an organisation."
        GROUP_FIELDS => "the organisation";
    OrganizationPatch "organization_patch" Writes
        "Changes what is sent of an organisation and leaves the rest."
        ORGANIZATION => "the organisation";
    OrganizationDelete "organization_delete" Writes
        "Deletes an organisation that has no datasets."
        ORGANIZATION => "null";
    OrganizationAutocomplete "organization_autocomplete" Reads
        "Completes names and titles of organisations."
        COMPLETE => "list of id, name and title";
    OrganizationActivityList "organization_activity_list" Reads
        "Lists what was done to an organisation and its datasets, the latest first."
        STREAM => "list of activities";

    GroupList "group_list" Reads
        "Lists groups."
        GROUP_LIST => "list of names, or of groups";
    GroupListAuthz "group_list_authz" Reads
        "Lists the groups that you may edit."
        &[("am_member?", "bool", "only those you are a member of")] => "list of groups";
    GroupShow "group_show" Reads
        "Shows a group."
        GROUP_SHOW => "the group";
    GroupPackageShow "group_package_show" Reads
        "Lists the datasets of a group."
        &[("id", "string", "id or name of the group"), ("limit?", "int", "how many at most")] => "list of datasets";
    GroupCreate "group_create" Writes
        "Makes a group."
        GROUP_FIELDS => "the group";
    GroupUpdate "group_update" Writes
        "Changes a group."
        GROUP_FIELDS => "the group";
    GroupPatch "group_patch" Writes
        "Changes what is sent of a group and leaves the rest."
        GROUP => "the group";
    GroupDelete "group_delete" Writes
        "Deletes a group; its datasets stay."
        GROUP => "null";
    GroupAutocomplete "group_autocomplete" Reads
        "Completes names and titles of groups."
        COMPLETE => "list of id, name and title";
    GroupActivityList "group_activity_list" Reads
        "Lists what was done to a group, the latest first."
        STREAM => "list of activities";

    TagList "tag_list" Reads
        "Lists tags."
        &[
            ("query?", "string", "only those that hold it"),
            ("vocabulary_id?", "string", "those of a vocabulary; free tags when left out"),
            ("all_fields?", "bool", "whole entries instead of names"),
        ] => "list of names, or of tags";
    TagShow "tag_show" Reads
        "Shows a tag."
        &[
            ("id", "string", "id or name of the tag"),
            ("include_datasets?", "bool", "with its datasets, up to 1000"),
        ] => "the tag";
    TagSearch "tag_search" Reads
        "Searches tags by what their names hold."
        &[
            ("query", "string or list of strings", "all of them have to be in the name"),
            ("limit?", "int", "how many at most"),
            ("offset?", "int", "how many to pass over"),
        ] => "count and results";
    TagAutocomplete "tag_autocomplete" Reads
        "Completes names of tags."
        &[
            ("query", "string or list of strings", "all of them have to be in the name"),
            ("limit?", "int", "how many at most"),
            ("offset?", "int", "how many to pass over"),
        ] => "list of names";
    VocabularyList "vocabulary_list" Reads
        "Lists vocabularies of tags."
        NONE => "list of vocabularies";
    VocabularyShow "vocabulary_show" Reads
        "Shows a vocabulary of tags."
        &[("id", "string", "id or name of the vocabulary")] => "the vocabulary";
    LicenseList "license_list" Reads
        "Lists the licences that datasets can have."
        NONE => "list of licences";

    UserList "user_list" Reads
        "Lists users."
        &[
            ("q?", "string", "only those whose name holds it"),
            ("email?", "string", "only whom it reaches; for administrators"),
            ("order_by?", "string", "name, fullname, display_name, created"),
            ("all_fields?", "bool", "whole entries instead of names; true when left out"),
        ] => "list of users, or of names";
    UserShow "user_show" Reads
        "Shows a user; yourself when nobody is named."
        &[
            ("id?", "string", "id or name of the user"),
            ("include_datasets?", "bool", "with datasets the user made, up to 50"),
            ("include_num_followers?", "bool", "with the number of followers"),
        ] => "the user";
    UserCreate "user_create" Writes
        "Makes a user."
        USER_FIELDS => "the user";
    UserInvite "user_invite" Writes
        "Makes a user, who is sent a mail to choose a password."
        &[
            ("email", "string", "where the user is reached"),
            ("fullname?", "string", "what people call the user; the address when left out"),
            ("group_id?", "string", "id or name of an organisation that the user is to work for"),
            ("role?", "string", "what they are there: admin or editor"),
            ("place?", "string", "code of the place for which they are that"),
        ] => "the user";
    UserUpdate "user_update" Writes
        "Changes a user; what is left out stays."
        USER_CHANGES => "the user";
    UserPatch "user_patch" Writes
        "Changes what is sent of a user and leaves the rest."
        USER_CHANGES => "the user";
    UserDelete "user_delete" Writes
        "Closes the account of a user."
        &[("id", "string", "id or name of the user")] => "null";
    UserAutocomplete "user_autocomplete" Reads
        "Completes names of users."
        COMPLETE => "list of id, name and fullname";
    UserActivityList "user_activity_list" Reads
        "Lists what a user did, the latest first."
        STREAM => "list of activities";

    DatastoreSearch "datastore_search" Reads
        "Searches the rows of a table."
        &[
            ("resource_id", "string", "id of the resource, or an alias of its table"),
            ("filters?", "dict", "{\"name\": \"Ana\", \"year\": [2020, 2021], \"age\": {\"gte\": 18}}; $or and $and take lists of these"),
            ("q?", "string or dict", "words anywhere in a row, or by column"),
            ("full_text?", "string", "words anywhere in a row, beside a q by column"),
            ("version?", "int or string", "an older version, by its number, or by the day at whose end it was shown: 2026-01-31"),
            ("distinct?", "bool", "each row once"),
            ("plain?", "bool", "false for & | ! and :* in q; true when left out"),
            ("language?", "string", "of the words in q"),
            ("limit?", "int", "how many rows at most: 100 when left out, up to 32000"),
            ("offset?", "int", "how many rows to pass over"),
            ("fields?", "list or comma separated string", "columns to give; all when left out"),
            ("sort?", "string", "columns: name, age desc nulls last"),
            ("include_total?", "bool", "with the number of all rows that match; true when left out"),
            ("total_estimation_threshold?", "int", "from how many rows on the number may be an estimate"),
            ("records_format?", "string", "objects, lists, csv or tsv"),
            ("include_next_page?", "bool", "with the filter that gives the rows behind these"),
        ] => "fields, records, total, limit, offset, _links";
    DatastoreSearchSql "datastore_search_sql" Reads
        "Answers one SELECT over tables that you may read. Tables are named by the ids of their resources; an older version as \"ID@3\", or \"ID@2026-01-31\" for the one that was shown at the end of that day."
        &[("sql", "string", "one SELECT statement")] => "fields, records; records_truncated when there are more than 32000";
    DatastoreInfo "datastore_info" Reads
        "Shows the columns of a table and how large it is."
        &[
            ("resource_id", "string", "id of the resource, or an alias of its table"),
            ("include_meta?", "bool", "with counts and sizes; true when left out"),
            ("include_fields_schema?", "bool", "with the types and keys of columns; true when left out"),
        ] => "meta and fields";
    DatastoreCreate "datastore_create" Writes
        "Makes the table of a resource, or changes its columns and adds rows."
        &[
            ("resource_id", "string", "id of the resource, unless resource is sent"),
            ("resource?", "dict", "a resource to make with the table, with its package_id"),
            ("force?", "bool", "true for a table that is made from a file"),
            ("aliases?", "list or comma separated string", "other names of the table"),
            ("fields?", "list of dicts", "columns: id, type, info"),
            ("delete_fields?", "bool", "takes away columns that fields leaves out"),
            ("records?", "list of dicts", "rows to add"),
            ("include_records?", "bool", "gives the rows back"),
            ("primary_key?", "list or comma separated string", "columns that make a row unique"),
            ("indexes?", "list or comma separated string", "columns that are often asked for"),
        ] => "what was made, without the rows";
    DatastoreUpsert "datastore_upsert" Writes
        "Adds and changes rows."
        &[
            ("resource_id", "string", "id of the resource"),
            ("force?", "bool", "true for a table that is made from a file"),
            ("records?", "list of dicts", "the rows"),
            ("method?", "string", "upsert, insert or update; upsert when left out, which needs a primary key"),
            ("include_records?", "bool", "gives the rows back"),
            ("dry_run?", "bool", "only tells whether it could be done"),
        ] => "what was done, without the rows";
    DatastoreDelete "datastore_delete" Writes
        "Deletes rows that match, or without filters the whole table."
        &[
            ("resource_id", "string", "id of the resource"),
            ("force?", "bool", "true for a table that is made from a file"),
            ("filters?", "dict", "as for datastore_search"),
            ("include_deleted_records?", "bool", "gives the rows back"),
        ] => "the filters that were sent";
    DatastoreRecordsDelete "datastore_records_delete" Writes
        "Deletes rows that match and never the table."
        &[
            ("resource_id", "string", "id of the resource"),
            ("force?", "bool", "true for a table that is made from a file"),
            ("filters", "dict", "as for datastore_search; {} for all rows"),
            ("include_deleted_records?", "bool", "gives the rows back"),
        ] => "the filters that were sent";
    DatastoreRunTriggers "datastore_run_triggers" Writes
        "Refused: triggers run code in PostgreSQL."
        &[("resource_id", "string", "id of the resource")] => "nothing";
    DatastoreFunctionCreate "datastore_function_create" Writes
        "Refused: functions are code that runs in PostgreSQL."
        &[("name", "string", "of the function")] => "nothing";
    DatastoreFunctionDelete "datastore_function_delete" Writes
        "Refused: there are no functions."
        &[("name", "string", "of the function")] => "nothing";

    OrganizationMemberCreate "organization_member_create" Writes
        "Makes a user a member of an organisation."
        &[
            ("id", "string", "id or name of the organisation"),
            ("username", "string", "id or name of the user"),
            ("role", "string", "admin or editor"),
            ("place", "string", "code of the place for which they are that"),
        ] => "the membership";
    OrganizationMemberDelete "organization_member_delete" Writes
        "Takes from a user all that they are in an organisation."
        &[
            ("id", "string", "id or name of the organisation"),
            ("username", "string", "id or name of the user"),
        ] => "null";
    MemberList "member_list" Reads
        "Lists members of an organisation, or the datasets of an organisation or a group."
        &[
            ("id", "string", "id or name of the organisation or group"),
            ("object_type?", "string", "user or package; both when left out"),
            ("capacity?", "string", "only with this role: admin, editor, member"),
        ] => "list of [id, type, role]";
    ApiTokenList "api_token_list" Reads
        "Lists your tokens, never their secrets."
        &[("user_id?", "string", "whose; administrators may name others")] => "list of tokens";
    ApiTokenCreate "api_token_create" Writes
        "Makes a token for yourself."
        &[
            ("user?", "string", "yourself"),
            ("name", "string", "what you will know it by"),
            ("expires_in?", "int", "days from now, or with unit the number of units"),
            ("unit?", "int", "seconds of a unit of expires_in"),
        ] => "token, which is told this once";
    ApiTokenRevoke "api_token_revoke" Writes
        "Withdraws one of your tokens."
        &[
            ("token?", "string", "the token itself"),
            ("jti?", "string", "the id of the token, as api_token_list gives it"),
        ] => "null";
}
