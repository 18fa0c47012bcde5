import Retrieval
import Wire

extension IndexStore {
    /// What is found in the files of an index, whatever log it is of.
    public struct Check: Sendable, Hashable {
        /// Chunks, of all versions.
        public var documents = 0
        public var segments = 0
        public var bytes = 0
        /// In words; empty if every byte is as it was written.
        public var problems: [String] = []

        public init() {}
    }

    /// Reads every byte of the files in a folder, and compares it with its digest. Changes nothing.
    public static func check(_ folder: String) -> Check {
        var check = Check()
        for _ in 0..<openingsMax {
            guard let text = IndexFiles.read("\(folder)/\(Manifest.name)") else { return Check() }
            guard let manifest = Manifest(text) else {
                check.problems = ["\(folder)/\(Manifest.name) is damaged"]
                return check
            }
            check = self.check(manifest, in: folder)
            // While it was read, another process may have put files together.
            if check.problems.isEmpty || IndexFiles.read("\(folder)/\(Manifest.name)") == text { break }
        }
        return check
    }

    private static func check(_ manifest: Manifest, in folder: String) -> Check {
        var check = Check()
        check.segments = manifest.segments.count
        for name in manifest.segments {
            do throws(IndexFailure) {
                let segment = try open("\(folder)/\(name)")
                check.documents += segment.documents
                check.bytes += segment.byteCount
                do throws(SegmentDamage) {
                    try segment.check()
                } catch {
                    throw IndexFailure("\(folder)/\(name): \(error)")
                }
            } catch {
                check.problems.append(error.description)
            }
        }
        return check
    }
}
