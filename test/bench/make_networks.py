#!/usr/bin/env python3
"""Writes well-known convolutional networks with new weights as ONNX, for test/bench/zoo.py: make_networks.py FOLDER

    test/bench/make_networks.py networks && test/bench/zoo.py --models networks [--threads 1,2]

Their shapes are those that people bring (ResNet-18 and -50, MobileNetV2 at 224 x 224, a MobileNet with squeeze-and-excite and hard swish, VGG-11 with
a small head, a U-Net, a small DenseNet); the weights are PyTorch's initial ones, so only speed and agreement can be measured. Needs PyTorch:
apt-get install python3-torch."""
import os
import sys

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is not installed: apt-get install python3-torch")


def conv(inputs, outputs, kernel, stride=1, groups=1, act=None):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([act()] if act else []))


class Residual(nn.Module):
    """relu(body(x) + x), the x projected where the shape changes."""

    def __init__(self, body, inputs, outputs, stride):
        super().__init__()
        self.body = body
        self.skip = nn.Identity() if stride == 1 and inputs == outputs else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        return torch.relu(self.body(x) + self.skip(x))


def basic(inputs, width, stride):
    return Residual(nn.Sequential(conv(inputs, width, 3, stride, act=nn.ReLU), conv(width, width, 3)), inputs, width, stride), width


def bottleneck(inputs, width, stride):
    body = nn.Sequential(conv(inputs, width, 1, act=nn.ReLU), conv(width, width, 3, stride, act=nn.ReLU), conv(width, 4 * width, 1))
    return Residual(body, inputs, 4 * width, stride), 4 * width


def head(channels, classes=1000):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]


def resnet(block, depths):
    layers, channels = [conv(3, 64, 7, 2, act=nn.ReLU), nn.MaxPool2d(3, 2, 1)], 64
    for stage, depth in enumerate(depths):
        for i in range(depth):
            layer, channels = block(channels, 64 << stage, 2 if stage and i == 0 else 1)
            layers.append(layer)
    return nn.Sequential(*layers, *head(channels))


class Inverted(nn.Module):
    """MobileNetV2's block, with MobileNetV3's squeeze-and-excite if asked."""

    def __init__(self, inputs, outputs, stride, expansion, act, excite):
        super().__init__()
        hidden = inputs * expansion
        self.expand = nn.Sequential(*([conv(inputs, hidden, 1, act=act)] if expansion > 1 else []), conv(hidden, hidden, 3, stride, hidden, act))
        squeezed = max(8, hidden // 4)
        self.excite = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(hidden, squeezed, 1), nn.ReLU(), nn.Conv2d(squeezed, hidden, 1), nn.Hardsigmoid()) if excite else None
        self.project = conv(hidden, outputs, 1)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.expand(x)
        y = self.project(y * self.excite(y) if self.excite is not None else y)
        return x + y if self.adds else y


def mobilenet(act, excite):
    layers, channels = [conv(3, 32, 3, 2, act=act)], 32
    for expansion, outputs, depth, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(depth):
            layers.append(Inverted(channels, outputs, stride if i == 0 else 1, expansion, act, excite))
            channels = outputs
    return nn.Sequential(*layers, conv(channels, 1280, 1, act=act), *head(1280))


def vgg():
    layers, channels = [], 3
    for widths in [(64,), (128,), (256, 256), (512, 512), (512, 512)]:
        for width in widths:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512 * 49, 512), nn.ReLU(), nn.Linear(512, 100))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        twice = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.ReLU())  # noqa: E731
        self.down = nn.ModuleList([twice(1, 16), twice(16, 32), twice(32, 64)])
        self.up = nn.ModuleList([nn.ConvTranspose2d(64, 32, 2, 2), nn.ConvTranspose2d(32, 16, 2, 2)])
        self.join = nn.ModuleList([twice(64, 32), twice(32, 16)])
        self.last = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        kept = []
        for i, layer in enumerate(self.down):
            x = layer(x if i == 0 else torch.max_pool2d(x, 2))
            kept.append(x)
        for up, join, skip in zip(self.up, self.join, (kept[1], kept[0])):
            x = join(torch.cat([up(x), skip], 1))
        return self.last(x)


class DenseBlock(nn.Module):
    def __init__(self, channels, growth=16, depth=6):
        super().__init__()
        self.layers = nn.ModuleList(nn.Sequential(nn.BatchNorm2d(channels + i * growth), nn.ReLU(), nn.Conv2d(channels + i * growth, growth, 3, padding=1)) for i in range(depth))

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return x


def densenet():
    return nn.Sequential(nn.Conv2d(3, 24, 3, padding=1), DenseBlock(24), nn.Conv2d(120, 60, 1), nn.AvgPool2d(2), DenseBlock(60), *head(156, 10))


NETWORKS = {"resnet18": (lambda: resnet(basic, [2, 2, 2, 2]), 3, 224), "resnet50": (lambda: resnet(bottleneck, [3, 4, 6, 3]), 3, 224),
            "mobilenetv2": (lambda: mobilenet(nn.ReLU6, False), 3, 224), "mobilenet-se": (lambda: mobilenet(nn.Hardswish, True), 3, 224),
            "vgg11": (vgg, 3, 224), "unet": (UNet, 1, 128), "densenet": (densenet, 3, 64)}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name, (make, channels, size) in NETWORKS.items():
        torch.manual_seed(1)
        folder = os.path.join(sys.argv[1], name)
        os.makedirs(folder, exist_ok=True)
        torch.onnx.export(make().eval(), torch.randn(1, channels, size, size), os.path.join(folder, "model.onnx"), opset_version=13, input_names=["image"], output_names=["result"])


if __name__ == "__main__":
    main()
