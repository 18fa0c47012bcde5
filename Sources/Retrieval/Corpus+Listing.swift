// What is asked for by name or by age, and not by what it says.
extension Corpus {
    /// The documents of one entry that may be seen, in the order of its text.
    public func documents(of entry: String, in scope: Scope) -> [Document] {
        segments.indices.flatMap { index -> [Document] in
            guard scope.segments[index].count > 0, let number = segments[index].entry(named: entry) else { return [] }
            return segments[index].versions(of: number).flatMap { visible($0, of: index, scope) }
        }
    }

    /// The documents of the newest versions that may be seen, the newest first, each version's in their order.
    ///
    /// - Parameter count: at most so many versions.
    public func newest(_ count: Int, in scope: Scope) -> [Document] {
        var versions: [(segment: Int, version: Int)] = []
        for index in segments.indices where scope.segments[index].count > 0 {
            let segment = segments[index]
            versions += (0..<segment.versions).compactMap { version in
                let documents = segment.documents(of: version)
                return !documents.isEmpty && scope.segments[index].contains(documents.lowerBound)
                    ? (index, version) : nil
            }
        }
        versions.sort { segments[$0.segment].versionBorn[$0.version] > segments[$1.segment].versionBorn[$1.version] }
        return versions.prefix(max(0, count)).flatMap { visible($0.version, of: $0.segment, scope) }
    }

    private func visible(_ version: Int, of index: Int, _ scope: Scope) -> [Document] {
        segments[index].documents(of: version).filter(scope.segments[index].contains).map {
            Document(segment: index, number: $0)
        }
    }

    /// Every collection that any version was in.
    public var collections: Set<String> {
        Set(
            segments.flatMap { segment in
                (0..<segment.facets.count / SegmentFormat.facetNumbers).map {
                    segment.string(segment.facets[$0 * SegmentFormat.facetNumbers])
                }
            })
    }

    /// Everybody whom any version is about.
    public var customers: Set<String> {
        Set(
            segments.flatMap { segment in
                (0..<segment.facets.count / SegmentFormat.facetNumbers).compactMap { facet in
                    let owner = segment.facets[facet * SegmentFormat.facetNumbers + 1]
                    return owner == 0 ? nil : segment.string(owner - 1)
                }
            })
    }

    /// The entries that have hollow versions: such as have a text, but not here.
    public var hollowEntries: Set<String> {
        Set(
            segments.flatMap { segment in
                (0..<segment.versions).filter { segment.documents(of: $0).isEmpty }.map(segment.name)
            })
    }
}
