public import EventSourcing

/// Who looks, and from when: what may be found at all. The one place where scope is enforced.
///
/// It is turned into a set of documents once, and everything that searches looks at these alone. Counts and mean
/// lengths are theirs too, so what may not be seen does not change a score.
public struct Visibility: Sendable, Hashable {
    /// Whose jobs ask.
    public enum Customer: Sendable, Hashable {
        /// The owner, who sees everybody's.
        case any
        /// A job about nobody in particular: only what is about no customer.
        case none
        /// A job about one customer: what is about this one, and what is about none.
        case one(String)
    }

    /// What the log said up to this position; nil for all of it.
    public var asOf: Position?
    /// Collections that may be seen; nil for all.
    public var collections: Set<String>?
    /// Single entries that may be seen besides.
    public var entries: Set<String>
    public var customer: Customer
    /// Only these collections or entries of what may be seen; nil for all of it.
    public var within: Set<String>?
    /// Only these kinds; nil for all.
    public var kinds: Set<String>?
    /// Only what has all of these.
    public var tags: Set<String>
    /// Only what holds at this time; nil for everything.
    public var validAt: Timestamp?

    public init(
        asOf: Position? = nil, collections: Set<String>? = nil, entries: Set<String> = [], customer: Customer,
        within: Set<String>? = nil, kinds: Set<String>? = nil, tags: Set<String> = [], validAt: Timestamp? = nil
    ) {
        self.asOf = asOf
        self.collections = collections
        self.entries = entries
        self.customer = customer
        self.within = within
        self.kinds = kinds
        self.tags = tags
        self.validAt = validAt
    }

    /// The owner's view of everything that holds now.
    public static let everything = Visibility(customer: .any)

    /// The facets of a segment whose versions may be seen, whatever their entry; and those whose versions may be seen
    /// if their collection or entry is among those that may.
    func facets(of segment: Segment) -> [FacetScope] {
        (0..<segment.facets.count / SegmentFormat.facetNumbers).map { facet in
            let place = facet * SegmentFormat.facetNumbers
            let collection = segment.string(segment.facets[place])
            let owner = segment.facets[place + 1]
            let firstTag = Int(segment.facets[place + 3])
            let found = (0..<Int(segment.facets[place + 4])).map { segment.string(segment.facetTags[firstTag + $0]) }
            let isOpen =
                isOpen(to: owner == 0 ? nil : segment.string(owner - 1))
                && kinds?.contains(segment.string(segment.facets[place + 2])) ?? true && tags.isSubset(of: found)
            return FacetScope(
                isOpen: isOpen, isReadable: collections?.contains(collection) ?? true,
                isWithin: within?.contains(collection) ?? true)
        }
    }

    private func isOpen(to owner: String?) -> Bool {
        switch customer {
        case .any: true
        case .none: owner == nil
        case .one(let name): owner == nil || owner == name
        }
    }

    /// What one facet's versions have to be let through.
    struct FacetScope {
        /// Customer, kind and tags fit.
        let isOpen: Bool
        /// The collection may be seen; if not, the entry has to be named.
        let isReadable: Bool
        /// The collection is among those asked for; if not, the entry has to be.
        let isWithin: Bool
    }
}
