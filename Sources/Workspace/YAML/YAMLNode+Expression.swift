extension YAMLNode {
    /// The file's place of a byte inside this scalar's text.
    ///
    /// Quotes, indentation and line folding make the text differ from what stands in the file. An expression's
    /// `${{` stands in both, so the place is counted from there; failing that it is the scalar's own.
    func position(ofByte offset: Int, in source: [UInt8]) -> SourcePosition {
        guard case .scalar(let scalar) = content else { return position }
        let opening = Array("${{".unicodeScalars)
        let value = Array(scalar.text.unicodeScalars)
        let wanted = String(decoding: scalar.text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
        let before = value.occurrences(of: opening).filter { $0 <= wanted }
        guard let nearest = before.last else { return position }
        let file = Array(String(decoding: source, as: UTF8.self).unicodeScalars)
        guard start.index <= end.index, end.index <= file.count else { return position }
        let written = Array(file[start.index..<end.index])
        let places = written.occurrences(of: opening)
        guard places.count >= before.count else { return position }
        return position(after: written.prefix(places[before.count - 1] + wanted - nearest))
    }

    /// Lines break where libyaml breaks them.
    private func position(after scalars: some Collection<Unicode.Scalar>) -> SourcePosition {
        var (line, column) = (position.line, position.column)
        var previous: Unicode.Scalar = " "
        for scalar in scalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": (line, column) = (line + 1, 1)
            default: column += 1
            }
            previous = scalar
        }
        return SourcePosition(line: line, column: column)
    }
}

extension [Unicode.Scalar] {
    fileprivate func occurrences(of word: [Unicode.Scalar]) -> [Int] {
        guard count >= word.count else { return [] }
        return (0...count - word.count).filter { self[$0..<$0 + word.count].elementsEqual(word) }
    }
}
