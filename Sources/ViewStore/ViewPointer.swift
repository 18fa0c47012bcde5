/// Which generations of a view there are to see. A small file, replaced at once; 0 stands for none.
struct ViewPointer: Equatable {
    /// The one that is read.
    var current: UInt32 = 0
    /// The one that was read before the last switch.
    var previous: UInt32 = 0
    /// One that was rebuilt beside it and not switched to.
    var shadow: UInt32 = 0

    var generations: Set<UInt32> { Set([current, previous, shadow]).subtracting([0]) }
}

extension ViewPointer {
    /// A file that cannot be read stands for no view at all: it can be built again.
    init(reading path: String) {
        guard let text = SmallFile.read(path) else { return }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = UInt32(words[1]) else { continue }
            switch words[0] {
            case "current": current = number
            case "previous": previous = number
            case "shadow": shadow = number
            default: continue
            }
        }
    }

    func write(to path: String) throws(ViewFailure) {
        try SmallFile.replace(path, with: "current \(current)\nprevious \(previous)\nshadow \(shadow)\n")
    }
}
