/// The best k documents so far: a heap with the worst on top.
struct TopDocuments {
    struct Scored {
        let document: Corpus.Document
        let millionths: Int64
    }

    private let corpus: Corpus
    private let k: Int
    private var heap: [Scored] = []

    init(_ k: Int, of corpus: Corpus) {
        self.k = k
        self.corpus = corpus
    }

    /// A document whose sum is less than this is not among the best, whatever its name.
    private(set) var leastUnits: Int64 = .min

    /// Whether one comes before another in the result.
    private func isBetter(_ a: Scored, _ b: Scored) -> Bool {
        a.millionths == b.millionths ? corpus.precedes(a.document, b.document) : a.millionths > b.millionths
    }

    mutating func offer(_ document: Corpus.Document, units: Int64) {
        let scored = Scored(document: document, millionths: BM25.millionths(units))
        if heap.count < k {
            heap.append(scored)
            rise(heap.count - 1)
        } else {
            guard isBetter(scored, heap[0]) else { return }
            heap[0] = scored
            sink(0)
        }
        if heap.count == k { leastUnits = BM25.leastUnits(for: heap[0].millionths) }
    }

    private mutating func rise(_ place: Int) {
        var place = place
        while place > 0, isBetter(heap[(place - 1) / 2], heap[place]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ place: Int) {
        var place = place
        while true {
            var worst = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                if isBetter(heap[worst], heap[child]) { worst = child }
            }
            guard worst != place else { return }
            heap.swapAt(place, worst)
            place = worst
        }
    }

    /// The best first.
    func sorted() -> [Scored] { heap.sorted(by: isBetter) }
}
