"""The text encoder: token numbers -> a unit vector in the image encoder's space, and whether it can answer."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH, HEADS, LAYERS, MAX_TOKENS = 128, 4, 3, 64


class Layer(nn.Module):
    """Pre-norm self-attention and feed-forward; written out so that the exported graph is plain."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_feed = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(3 * WIDTH, WIDTH)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """x [N,T,WIDTH], bias [N,1,1,T]: 0 where a token is, -1e4 where padding is."""
        q, k, v = (t.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2) for t in self.qkv(self.before_attention(x)).chunk(3, -1))
        weight = torch.softmax(q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias, -1)
        x = x + self.drop(self.out((weight @ v).transpose(1, 2).flatten(2)))
        return x + self.drop(self.down(F.gelu(self.up(self.before_feed(x)))))


class TextMember(nn.Module):
    """input_ids, attention_mask int64 [N,T], T <= 64 -> logits [N,3]: normal, pneumonia, cannot be known."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.token = nn.Embedding(vocabulary, WIDTH)
        self.place = nn.Embedding(MAX_TOKENS, WIDTH)
        nn.init.normal_(self.token.weight, std=0.05)
        nn.init.normal_(self.place.weight, std=0.02)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(2 * WIDTH)
        self.kind = nn.Linear(2 * WIDTH, 3)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.token(ids) + self.place.weight[: ids.shape[1]]
        keep = mask.to(x.dtype)
        bias = (1 - keep)[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        mean = (x * keep[:, :, None]).sum(1) / keep.sum(1, keepdim=True).clamp(min=1)
        return self.kind(self.norm(torch.cat([x[:, 0], mean], 1)))


class TextEncoder(nn.Module):
    """Members joined: ids, mask -> (embedding [N,dim] unit rows, answerable [N] in 0..1, 0.5 being the calibrated bound).

    `centres` [2,dim] are the image space's class centres; `bind` sets them, in the exported file as well.
    """

    def __init__(self, members: list[TextMember], dim: int = 128) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("warmth", torch.ones(()))
        self.register_buffer("lean", torch.zeros(()))
        self.register_buffer("centres", torch.eye(2, dim))

    def logits(self, ids: Tensor, mask: Tensor) -> Tensor:
        """[N,3]: log of the members' mean probability, with the calibrated temperature and bias towards abstaining."""
        total = sum(torch.softmax(m(ids, mask) * self.warmth, 1) for m in self.members)
        mean = torch.log(total / len(self.members) + 1e-9)
        return mean + self.lean * torch.tensor([[0.0, 0.0, 1.0]])

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.logits(ids, mask)
        z = torch.softmax(logits[:, :2], 1) @ self.centres
        z = z / torch.sqrt((z**2).sum(1, keepdim=True) + 1e-12)
        return z, 1 - torch.softmax(logits, 1)[:, 2]
