"""Namespaces of the vocabularies that the program itself speaks, and their prefixes.

Each namespace is closed: an attribute that is not listed raises at once, so a misspelt term cannot slip through. Terms are
N-Triples text (`terms.py`). What a project adds of its own comes from its settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from .terms import Term


class Namespace:
    """A closed set of terms under one IRI; `NS.name` or `NS["name"]` gives the term `<iri + name>`."""

    __slots__ = ("_terms", "iri")

    def __init__(self, iri: str, names: str) -> None:
        self.iri = iri
        self._terms = {name: f"<{iri}{name}>" for name in names.split()}

    def __getattr__(self, name: str) -> Term:
        return self[name]

    def __getitem__(self, name: str) -> Term:
        try:
            return self._terms[name]
        except KeyError:
            raise AttributeError(f"<{self.iri}> has no term {name!r} here; add it to namespaces.py if it is real") from None

    def __contains__(self, term: object) -> bool:
        return term in self._terms.values()

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())


RDF = Namespace(
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "type Property List first rest nil langString HTML XMLLiteral JSON Statement subject predicate object value",
)
RDFS = Namespace(
    "http://www.w3.org/2000/01/rdf-schema#",
    "Class Resource Literal Datatype label comment subClassOf subPropertyOf domain range isDefinedBy seeAlso member",
)
OWL = Namespace(
    "http://www.w3.org/2002/07/owl#",
    "Ontology Class ObjectProperty DatatypeProperty AnnotationProperty TransitiveProperty SymmetricProperty"
    " FunctionalProperty InverseFunctionalProperty AsymmetricProperty IrreflexiveProperty NamedIndividual Thing Nothing"
    " AllDisjointClasses members imports versionIRI versionInfo priorVersion backwardCompatibleWith deprecated inverseOf"
    " sameAs differentFrom disjointWith equivalentClass equivalentProperty unionOf intersectionOf oneOf Restriction"
    " onProperty someValuesFrom allValuesFrom hasValue topObjectProperty propertyDisjointWith",
)
XSD = Namespace(
    "http://www.w3.org/2001/XMLSchema#",
    "string boolean decimal integer int long double float date dateTime dateTimeStamp gYear gYearMonth gMonthDay time"
    " duration anyURI nonNegativeInteger positiveInteger hexBinary base64Binary language token",
)
SKOS = Namespace(
    "http://www.w3.org/2004/02/skos/core#",
    "Concept ConceptScheme Collection prefLabel altLabel hiddenLabel notation definition note scopeNote example"
    " changeNote historyNote editorialNote broader narrower related broaderTransitive narrowerTransitive inScheme"
    " topConceptOf hasTopConcept exactMatch closeMatch broadMatch narrowMatch relatedMatch mappingRelation member",
)
DCTERMS = Namespace(
    "http://purl.org/dc/terms/",
    "title description abstract license rights rightsHolder creator contributor publisher created issued modified date"
    " source subject type format extent identifier language relation references isReferencedBy isPartOf hasPart"
    " isVersionOf hasVersion replaces isReplacedBy requires conformsTo spatial temporal coverage accessRights provenance"
    " accrualPeriodicity bibliographicCitation alternative medium audience valid available Standard Location"
    " tableOfContents PeriodOfTime LicenseDocument RightsStatement ProvenanceStatement LinguisticSystem Frequency MediaType"
    " MediaTypeOrExtent FileFormat Agent Policy",
)
DC = Namespace("http://purl.org/dc/elements/1.1/", "title description creator publisher date language rights source")
DCAT = Namespace(
    "http://www.w3.org/ns/dcat#",
    "Catalog CatalogRecord Dataset DatasetSeries Distribution DataService Resource Relationship Role dataset service"
    " catalog record distribution theme themeTaxonomy keyword contactPoint landingPage accessURL downloadURL accessService"
    " endpointURL endpointDescription servesDataset byteSize mediaType compressFormat packageFormat startDate endDate bbox"
    " centroid version hasVersion hasCurrentVersion previousVersion isVersionOf inSeries prev next first last"
    " spatialResolutionInMeters temporalResolution qualifiedRelation hadRole resource",
)
DCATAP = Namespace("http://data.europa.eu/r5r/", "availability applicableLegislation hvdCategory")
DCATDE = Namespace(
    "http://dcat-ap.de/def/dcatde/",
    "contributorID licenseAttributionByText politicalGeocodingLevelURI politicalGeocodingURI originator maintainer"
    " geocodingDescription legalBasis qualityProcessURI",
)
FOAF = Namespace(
    "http://xmlns.com/foaf/0.1/",
    "Agent Organization Person Document Project name homepage page primaryTopic isPrimaryTopicOf logo depiction topic"
    " mbox member",
)
PROV = Namespace(
    "http://www.w3.org/ns/prov#",
    "Activity Agent Entity Association Plan Organization wasAssociatedWith qualifiedAssociation agent hadRole hadActivity"
    " wasInformedBy wasDerivedFrom wasGeneratedBy wasAttributedTo generatedAtTime startedAtTime endedAtTime"
    " atLocation used hadPrimarySource hadPlan",
)
ORG = Namespace(
    "http://www.w3.org/ns/org#",
    "Organization FormalOrganization OrganizationalUnit OrganizationalCollaboration ChangeEvent Membership unitOf hasUnit"
    " member memberOf memberDuring organization role originalOrganization resultingOrganization changedBy resultedFrom"
    " subOrganizationOf hasSubOrganization purpose classification",
)
GEO = Namespace(
    "http://www.opengis.net/ont/geosparql#",
    "Feature Geometry SpatialObject hasGeometry defaultGeometry hasDefaultGeometry asWKT asGeoJSON wktLiteral"
    " geoJSONLiteral sfWithin sfContains hasCentroid hasBoundingBox hasMetricArea",
)
LOCN = Namespace("http://www.w3.org/ns/locn#", "geometry Address address")
SH = Namespace(
    "http://www.w3.org/ns/shacl#",
    "NodeShape PropertyShape PropertyGroup PrefixDeclaration Shape"
    " ValidationReport ValidationResult Severity Violation Warning Info"
    " targetClass targetNode targetSubjectsOf targetObjectsOf target path inversePath alternativePath zeroOrMorePath"
    " oneOrMorePath zeroOrOnePath property node nodeKind IRI BlankNode Literal BlankNodeOrIRI IRIOrLiteral"
    " BlankNodeOrLiteral class datatype minCount maxCount minInclusive maxInclusive minExclusive maxExclusive minLength"
    " maxLength pattern flags languageIn uniqueLang equals disjoint lessThan lessThanOrEquals hasValue closed"
    " ignoredProperties qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint xone"
    " sparql select ask SPARQLConstraint SPARQLSelectExecutable SPARQLExecutable prefixes declare prefix namespace"
    " message name description order group defaultValue severity deactivated conforms result focusNode resultPath"
    " resultSeverity resultMessage sourceShape sourceConstraint sourceConstraintComponent value detail js rule"
    " in not and or this labelTemplate parameter ConstraintComponent entailment shapesGraph suggestedShapesGraph"
    " SPARQLSelectValidator SPARQLAskValidator validator nodeValidator propertyValidator optional"
    " construct Rule SPARQLRule TripleRule JSConstraint JSLibrary",
)
VANN = Namespace("http://purl.org/vocab/vann/", "preferredNamespacePrefix preferredNamespaceUri example usageNote changes")
VOAF = Namespace("http://purl.org/vocommons/voaf#", "Vocabulary")
VOID = Namespace(
    "http://rdfs.org/ns/void#",
    "Dataset Linkset DatasetDescription triples entities classes properties distinctSubjects distinctObjects documents"
    " class property classPartition propertyPartition vocabulary exampleResource dataDump sparqlEndpoint uriSpace"
    " uriRegexPattern subset target linkPredicate subjectsTarget objectsTarget inDataset rootResource feature"
    " openSearchDescription",
)
ADMS = Namespace("http://www.w3.org/ns/adms#", "status identifier Identifier sample versionNotes")
SPDX = Namespace(
    "http://spdx.org/rdf/terms#",
    "Checksum ChecksumAlgorithm checksum algorithm checksumValue checksumAlgorithm_sha256",
)
VCARD = Namespace(
    "http://www.w3.org/2006/vcard/ns#",
    "Kind Organization Individual fn hasEmail hasURL hasTelephone organization-name",
)
HYDRA = Namespace(
    "http://www.w3.org/ns/hydra/core#",
    "Collection PagedCollection PartialCollectionView first last next previous nextPage previousPage firstPage lastPage"
    " totalItems itemsPerPage member view",
)
SCHEMA = Namespace(
    "https://schema.org/",
    "Dataset DataCatalog DataDownload Organization Place Project ResearchProject FundingScheme MonetaryGrant funder"
    " Event Report AdministrativeArea GovernmentOrganization Role OrganizationRole includedInDataCatalog name description"
    " url identifier startDate endDate member location about isPartOf creator license issn domainIncludes rangeIncludes",
)
DQV = Namespace(
    "http://www.w3.org/ns/dqv#",
    "QualityMeasurement QualityMetadata Metric Dimension Category hasQualityMeasurement isMeasurementOf computedOn value"
    " inDimension inCategory expectedDataType hasQualityMetadata QualityAnnotation",
)
FRAPO = Namespace(
    "http://purl.org/cerif/frapo/",
    "FundingProgramme FundingAgency Endeavour isFundedBy isSupportedBy hasFundingAgency hasStartDate hasEndDate"
    " hasOutput isOutputOf hasAcronym funds supports",
)
EURIO = Namespace(
    "http://data.europa.eu/s66#",
    "Project Grant FundingScheme FundingAgency Organisation PublicBody OrganisationRole AdministrativeArea"
    " hasInvolvedParty isSubSchemeOf hasSubScheme hasPreviousFundingScheme hasNextFundingScheme startDate endDate"
    " projectStatus hasNUTS3code hasNUTSCode hasRelatedProject hasResult isImplementedBy isRoleOf roleLabel",
)
DINGO = Namespace("https://w3id.org/dingo#", "Project Grant FundingScheme FundingAgency Role Organisation")
FABIO = Namespace("http://purl.org/spar/fabio/", "Expression")
BIBO = Namespace("http://purl.org/ontology/bibo/", "status status/published issn doi")
ELI = Namespace("http://data.europa.eu/eli/ontology#", "LegalResource LegalResourceSubdivision")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/", "EDTF EDTF-level0 EDTF-level1")
CC = Namespace("http://creativecommons.org/ns#", "license attributionName")
CSVW = Namespace("http://www.w3.org/ns/csvw#", "Table")
SD = Namespace(
    "http://www.w3.org/ns/sparql-service-description#",
    "Service Dataset Graph NamedGraph endpoint supportedLanguage SPARQL11Query resultFormat inputFormat feature"
    " UnionDefaultGraph BasicFederatedQuery defaultDataset defaultGraph namedGraph name graph availableGraphs"
    " extensionFunction propertyFeature EmptyGraphs",
)

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "adms": ADMS.iri, "bibo": BIBO.iri, "cc": CC.iri, "csvw": CSVW.iri, "dc": DC.iri, "dcat": DCAT.iri,
        "dcatap": DCATAP.iri, "dcatde": DCATDE.iri, "dcterms": DCTERMS.iri, "dingo": DINGO.iri, "dqv": DQV.iri,
        "edtf": EDTF.iri, "eli": ELI.iri, "eurio": EURIO.iri, "fabio": FABIO.iri, "foaf": FOAF.iri, "frapo": FRAPO.iri,
        "geo": GEO.iri, "hydra": HYDRA.iri,
        "locn": LOCN.iri, "org": ORG.iri, "owl": OWL.iri, "prov": PROV.iri, "rdf": RDF.iri, "rdfs": RDFS.iri,
        "schema": SCHEMA.iri, "sd": SD.iri, "sh": SH.iri, "skos": SKOS.iri, "spdx": SPDX.iri, "vann": VANN.iri,
        "vcard": VCARD.iri, "voaf": VOAF.iri, "void": VOID.iri, "xsd": XSD.iri,
    }
)  # fmt: skip
"""Prefix → namespace IRI, sorted by prefix."""

KNOWN: tuple[Namespace, ...] = (
    ADMS, BIBO, CC, CSVW, DC, DCAT, DCATAP, DCATDE, DCTERMS, DINGO, DQV, EDTF, ELI, EURIO, FABIO, FOAF, FRAPO, GEO,
    HYDRA, LOCN, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SD, SH, SKOS, SPDX, VANN, VCARD, VOAF, VOID, XSD,
)  # fmt: skip
"""Every closed namespace; a term under one of their IRIs that is not listed there is taken for a mistake."""
